import { useState } from 'react';
import { Button } from '../ui/Button';
import { Form, TextField } from '../ui/Field';
import { isId } from './days';
import { useAdministratorWords } from './words';

/** A patient by the id: the API has no search among patients. */
export function PatientField({ value = '', onChoose }: { value?: string; onChoose: (id: string) => void }) {
  const words = useAdministratorWords();
  const [wrong, setWrong] = useState(false);
  return (
    <Form
      className="flex gap-2 max-sm:flex-col sm:items-start"
      onSubmit={data => {
        const id = String(data.get('patientId') ?? '')
          .trim()
          .toLowerCase();
        setWrong(!isId(id));
        if (isId(id)) onChoose(id);
      }}
    >
      <TextField
        className="min-w-0 flex-1"
        label={words.patient}
        hint={words.patientHint}
        error={wrong ? words.notAnId : undefined}
        name="patientId"
        autoComplete="off"
        spellCheck={false}
        required
        defaultValue={value}
      />
      <Button type="submit" icon="search" className="sm:mt-7.5">
        {words.search}
      </Button>
    </Form>
  );
}
