import { expect, test } from 'vitest';
import { resolveIdentity } from '../../../../../src/runtime/native/oci/index.ts';

const files = {
  passwd:
    'root:x:0:0:root:/root:/bin/sh\n# a comment\n\nweb:x:33:34::/var/www:/bin/false\n1234:x:50:51::/digits:\nodd:x:a:b::/:',
  group: 'root:x:0:\nwww:x:34:\nmedia:x:44:other,web\ndisk:x:6:root\nbroken',
};
const identity = (user: string, ...groupAdd: string[]) => {
  const { uid, gid, additionalGids, home } = resolveIdentity({ service: 'web', user, groupAdd }, files);
  return `${uid}:${gid} ${additionalGids.join(',')} ${home}`;
};

test('nobody in particular is root, with the groups of root', () => {
  expect(identity('')).toBe('0:0 0,6 /root');
});

test('a name, or a number that has an entry, brings its group, its other groups and its home', () => {
  expect(identity('web')).toBe('33:34 34,44 /var/www');
  expect(identity('33')).toBe('33:34 34,44 /var/www');
});

test('a name of digits is a name first', () => {
  expect(identity('1234')).toBe('50:51 51 /digits');
});

test('a number without an entry is taken as it is, in the group of root', () => {
  expect(identity('4000')).toBe('4000:0 0 /');
  expect(identity('4000:4001')).toBe('4000:4001 4001 /');
});

test('a group that is given leaves the user’s others out', () => {
  expect(identity('web:media')).toBe('33:44 44 /var/www');
  expect(identity('web:7')).toBe('33:7 7 /var/www');
});

test('added groups are names or numbers, each once', () => {
  expect(identity('web:www', 'media', '9', '34')).toBe('33:34 34,44,9 /var/www');
});

test('an image without the two files knows numbers only', () => {
  const none = { passwd: '', group: '' };
  expect(resolveIdentity({ service: 'web', user: '', groupAdd: [] }, none)).toEqual({
    uid: 0,
    gid: 0,
    additionalGids: [0],
    home: '/',
  });
  expect(() => resolveIdentity({ service: 'web', user: 'root', groupAdd: [] }, none)).toThrow(
    'services.web.user: unable to find user root: no matching entries in passwd file',
  );
});

test('names and numbers that cannot be are refused', () => {
  expect(() => identity('odd')).toThrow('unable to find user odd');
  expect(() => identity('99999999999')).toThrow('unable to find user 99999999999');
  expect(() => identity('web:nogroup')).toThrow('services.web.user: unable to find group nogroup');
  expect(() => identity('web', 'broken')).toThrow('services.web.group_add: unable to find group broken');
});
