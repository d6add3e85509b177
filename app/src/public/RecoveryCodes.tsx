import { Button } from '../ui/Button';
import { toast } from '../ui/live';
import { Section } from '../ui/Page';
import { save } from '../ui/save';
import { usePublicWords } from './words';

/** Recovery codes, which are shown this one time. */
export function RecoveryCodes({
  codes,
  done,
  onDone,
}: {
  codes: string[];
  done: string;
  onDone: () => void | Promise<void>;
}) {
  const words = usePublicWords();
  const text = `${words.codes.file}\n\n${codes.join('\n')}\n`;
  return (
    <Section title={words.codes.title}>
      <p>{words.codes.intro}</p>
      <ol className="grid gap-2 rounded-xl bg-raised p-4 font-mono text-lg sm:grid-cols-2">
        {codes.map(code => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-3">
        <Button
          onClick={() =>
            void navigator.clipboard.writeText(text).then(
              () => toast(words.codes.copied),
              () => toast(words.codes.notCopied, 'bad'),
            )
          }
        >
          {words.codes.copy}
        </Button>
        <Button
          icon="download"
          onClick={() => save(new Blob([text], { type: 'text/plain' }), 'vaidya-recovery-codes.txt')}
        >
          {words.codes.download}
        </Button>
        <Button look="primary" onClick={() => void onDone()}>
          {done}
        </Button>
      </div>
    </Section>
  );
}
