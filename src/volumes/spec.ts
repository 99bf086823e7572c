import type { Bytes } from '../core/units.ts';

/** What a named volume shall be. */
export interface VolumeSpec {
  /** Key in the Compose file. */
  readonly key: string;
  /** The engine's name for it. */
  readonly name: string;
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  /** The user's and the tool's, config hash included. */
  readonly labels: Readonly<Record<string, string>>;
  readonly hash: string;
}

/** A volume as the engine shows it. */
export interface ObservedVolume {
  readonly name: string;
  readonly driver: string;
  readonly labels: Readonly<Record<string, string>>;
}

export type MountSpec = BindMount | VolumeMount | TmpfsMount | ImageMount;

export interface BindMount {
  readonly kind: 'bind';
  /** Absolute path on the engine's host. */
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Make a directory when the source does not exist; else a missing source is an error. */
  readonly createHostPath: boolean;
  readonly propagation?: string;
  readonly selinux?: string;
  readonly recursive?: string;
}

export interface VolumeMount {
  readonly kind: 'volume';
  /** The engine's name; absent for an anonymous volume. */
  readonly name?: string;
  readonly target: string;
  readonly readOnly: boolean;
  /** Leave an empty volume empty instead of filling it from the image. */
  readonly noCopy: boolean;
  readonly subpath?: string;
  /** `subpath` is a single file of a local volume: engines without subpaths can mount that, too. */
  readonly file?: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Driver for an anonymous volume. */
  readonly driver?: string;
}

export interface TmpfsMount {
  readonly kind: 'tmpfs';
  readonly target: string;
  readonly readOnly: boolean;
  readonly size?: Bytes;
  readonly mode?: number;
  /** Mount options as typed in `tmpfs: /run:size=64m,mode=1777`. */
  readonly options?: string;
}

export interface ImageMount {
  readonly kind: 'image';
  readonly image: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly subpath?: string;
}

/** A mount that a container has, as the engine shows it. */
export interface ObservedMount {
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'image' | 'other';
  /** The engine's name of a volume. */
  readonly name?: string;
  readonly source?: string;
  readonly target: string;
}

/** A volume of a replaced container that its successor may keep: it is mounted where the target is a VOLUME of the image or an anonymous volume of the service. */
export interface InheritableVolume {
  readonly name: string;
  readonly target: string;
}
