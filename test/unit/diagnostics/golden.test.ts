import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shownOnTerminal } from './terminal.ts';
import { formatTranscript, parseTranscript } from './transcript.ts';

const root = join(import.meta.dirname, '../../../fixtures/diagnostics');
const themes = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

for (const theme of themes) {
  describe(theme, () => {
    it.each(readdirSync(join(root, theme)))('%s', async (name) => {
      const path = join(root, theme, name);
      const transcript = parseTranscript(readFileSync(path, 'utf8'));
      const output = await shownOnTerminal(transcript);
      expect(output).toMatch(/^(?:\S+:\d+:\d+: )?(?:error|warning): /);
      expect(output).toContain('\nhint: ');
      expect(output).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      await expect(formatTranscript(transcript, output)).toMatchFileSnapshot(path);
    });
  });
}
