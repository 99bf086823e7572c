import { isSecretName } from '../../core/secret-name.ts';

/**
 * A text without the values of settings in it whose names look secret, as configurations in one variable have them:
 * `smtp_password = "x"`, `gitlab_rails['smtp_password'] = "x"`, `"token": "x"`, `:api_key => 'x'`, `<password>x</password>`.
 */
export function hideSettings(
  text: string,
  placeholder: string,
  isHarmless: (value: string) => boolean,
): string {
  // In a text of several lines an unquoted value goes on to the end of its line.
  const setting = text.includes('\n') ? settingInLines : settingInLine;
  const hide = (whole: string, name: string, between: string, value: string): string =>
    isSecret(name) && !isHarmless(value) ? `${name}${between}${placeholder}` : whole;
  return text
    .replace(setting, hide)
    .replace(element, (whole, name: string, value: string) =>
      isSecret(name) && !isHarmless(value) ? `<${name}>${placeholder}<` : whole,
    );
}

/** `PWD` is the shell's folder; in a connection `Pwd` is a password. */
function isSecret(name: string): boolean {
  return isSecretName(name) || (name !== 'PWD' && /^pwd$/i.test(name));
}

const name = /(?<![\w.-]|\$\{)([A-Za-z_][\w.-]{0,100})/.source;
const sign = /(["']?\]?[ \t]{0,20}(?:=>|[:=](?!\/\/))[ \t]{0,20})/.source;
const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.|'')*'/.source;
const settingInLine = new RegExp(`${name}${sign}(${quoted}|[^\\s"',;&}]+)`, 'g');
const settingInLines = new RegExp(`${name}${sign}(${quoted}|[^\\s"',;&}][^"',;&}\\n]*)`, 'g');
const element = /<([A-Za-z_][\w.-]{0,100})>([^<\n]+)</g;
