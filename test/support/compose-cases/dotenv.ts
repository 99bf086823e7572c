import type { Source } from './source.ts';

/** Lines of an env file, in the whole grammar. */
export function envLines(source: Source): readonly string[] {
  const { random } = source;
  const count = 1 + random.below(6);
  const pool = source.odd() ? [...usual, ...strange] : usual;
  return [...Array.from({ length: count }, () => random.pick(pool)), ''];
}

const usual = [
  'TAG=v1.5',
  'DB_PASSWORD=s3cr3t!',
  'QUOTED="double quoted # not a comment"',
  "SINGLE='single $quoted # not'",
  'SPACES =  trimmed  ',
  'COMMENT=value # a comment',
  'HASH=value#nocomment',
  '# a comment line',
  '',
  'EMPTY=',
  'EMPTY_Q=""',
  'export EXPORTED=yes',
  'YAML_STYLE: value',
  'EXPANDED=${TAG}-suffix',
  'DEFAULTED=${NOPE:-fallback}',
  'DOLLAR=$TAG',
  'ESCAPED="a\\nb\\tc\\"d"',
  'LITERAL=a\\nb',
  "MULTI='line1\nline2'",
  'MULTI2="line1\nline2"',
  'BARE',
  'SET_OUTSIDE',
  'JSON={"a": "b"}',
  'URL=postgres://u:p@h:5432/d?x=y&z=1',
  'EQ=a=b=c',
  'PRICE=5$$',
  "SINGLE_ESC='it\\'s'",
  'DQ_DOLLAR="\\$TAG ${TAG}"',
  'UNI=ünï ☃',
  'a.b-c=dotted',
  'TAB=\tx\t',
  'TAG="overridden"',
  'INNER=a "b" c',
  "INNER2=it's",
  'COMPOSE_PROJECT_NAME=from-env-file',
  'COMPOSE_PROFILES=debug',
  'CR=x\r',
];

const strange = [
  '=novalue',
  'A B=c',
  'OPEN="unterminated',
  "OPEN2='unterminated",
  'BAD-{}=x',
  '1NUM=x',
  'export',
  'export ',
  'X="a"b',
  "X='a'b",
  'X="a" # c',
  'BROKEN=${',
  'BROKEN2=${A:-}',
  'NEEDED=${NOPE:?must be set}',
  'A=$',
  'A=$$B',
  '  INDENT=x',
  'K : v',
  'é=x',
  'A[0]=x',
  '\ufeffBOM=x',
  ':x',
  'X=`cmd`',
  'X="\\u0041\\x"',
  'X=a\\',
  'X="a\\\\"',
  'A\tB=c',
];
