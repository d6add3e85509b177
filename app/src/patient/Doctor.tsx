import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useRead } from '../api/queries';
import { useCore } from '../i18n';
import { useFormats } from '../i18n/format';
import { useLanguages, useSpecialities } from '../i18n/terms';
import { LinkButton } from '../ui/Button';
import { Select } from '../ui/Field';
import { Page, Section } from '../ui/Page';
import { Empty, Loaded } from '../ui/states';
import { Facts } from '../ui/Table';
import { Fee } from '../ui/When';
import { SlotPicker } from '../visits/SlotPicker';
import { KINDS, type Kind } from '../visits/slots';
import { Avatar } from './FindDoctor';
import { usePatientWords } from './words';

/** What a booking takes along from the doctor's page; not in the address, since it may hint at a person's health. */
export interface BookingState {
  kind: Kind;
  clinic?: string | null;
  start?: string;
  end?: string;
}

export function Component() {
  const { doctorId = '' } = useParams();
  const words = usePatientWords();
  const core = useCore();
  const format = useFormats();
  const navigate = useNavigate();
  const specialities = useSpecialities();
  const languages = useLanguages();
  const [kind, setKind] = useState<Kind>('consultation');
  const doctor = useRead('viewDoctor', { path: { doctorId } });
  return (
    <Page
      title={words.doctor.title}
      heading={doctor.data?.displayName ?? words.doctor.title}
      intro={doctor.data && format.list(doctor.data.specialities.map(specialities.name))}
      backTo="/doctors"
      backLabel={words.find.title}
    >
      <Loaded query={doctor}>
        {found => {
          const terms = found.terms;
          const fee = terms.kinds?.find(each => each.kind === kind)?.fee ?? found.fee;
          const followUp = terms.followUp;
          return (
            <div className="grid gap-6">
              <div className="card grid gap-5 p-5 sm:grid-cols-[auto_1fr] sm:p-6">
                <Avatar name={found.name} />
                <Facts
                  items={[
                    [
                      words.doctor.bio,
                      found.bio && (
                        <span key="bio" className="whitespace-pre-line">
                          {found.bio}
                        </span>
                      ),
                    ],
                    [words.doctor.qualification, found.qualification],
                    [words.doctor.registration, found.registrationNumber],
                    [words.doctor.languages, format.list(found.languages.map(languages.name))],
                    [
                      words.doctor.fee,
                      <>
                        <Fee paise={fee} />
                        {followUp && (
                          <span className="block text-sm text-soft">
                            {words.doctor.followUp
                              .replace('{fee}', followUp.fee === 0 ? core.free : format.money(followUp.fee))
                              .replace('{days}', format.number(followUp.withinDays))}
                          </span>
                        )}
                      </>,
                    ],
                  ]}
                />
              </div>
              {found.standing === 'suspended' ? (
                <Empty icon="alert" title={words.doctor.suspendedTitle}>
                  {words.doctor.suspended}
                </Empty>
              ) : (
                <Section
                  title={words.doctor.times}
                  actions={
                    <LinkButton
                      small
                      look="quiet"
                      icon="repeat"
                      className="max-sm:-ml-3"
                      to={`/doctors/${doctorId}/series`}
                    >
                      {words.doctor.several}
                    </LinkButton>
                  }
                >
                  <Select
                    className="max-w-xs"
                    label={words.doctor.kind}
                    name="kind"
                    value={kind}
                    onChange={event => setKind(event.target.value as Kind)}
                    options={KINDS.map(value => ({ value, label: core.kinds[value] ?? value }))}
                  />
                  <SlotPicker
                    doctorId={doctorId}
                    zone={found.zone}
                    kind={kind}
                    onChoose={slot =>
                      navigate(`/doctors/${doctorId}/book/${slot.slotId}`, {
                        state: {
                          kind,
                          clinic: slot.clinic,
                          start: slot.start,
                          end: slot.end,
                        } satisfies BookingState,
                      })
                    }
                    empty={
                      <LinkButton look="primary" to="/waiting-lists/join" state={{ doctorId }}>
                        {words.doctor.wait}
                      </LinkButton>
                    }
                  />
                </Section>
              )}
            </div>
          );
        }}
      </Loaded>
    </Page>
  );
}
