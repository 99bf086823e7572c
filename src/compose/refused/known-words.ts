/** Signals of Linux without their SIG. */
export const signals: readonly string[] = (
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP ' +
  'TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
).split(' ');

/** A name with or without SIG in any case, a real-time signal such as RTMIN+3, or a number. */
export function isSignal(text: string): boolean {
  if (/^\d+$/.test(text)) return Number(text) > 0;
  const word = text.toUpperCase().replace(/^SIG/, '');
  return signals.includes(word) || /^RTM(?:IN(?:\+\d+)?|AX(?:-\d+)?)$/.test(word);
}

/** Capabilities of Linux without their CAP_; `ALL` stands for all of them. */
export const capabilities: readonly string[] = (
  'ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH ' +
  'FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN ' +
  'NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT ' +
  'SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'
).split(' ');

/** What engines bring along; plugins add to them. */
export const networkDrivers: readonly string[] = ['bridge', 'host', 'ipvlan', 'macvlan', 'none', 'overlay'];
export const logDrivers: readonly string[] =
  'awslogs etwlogs fluentd gcplogs gelf journald json-file local none splunk syslog'.split(' ');
