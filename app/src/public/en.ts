/** The words of the pages for everybody. */
const en = {
  home: {
    title: 'Welcome',
    heading: 'See a doctor, by video or at a clinic near you',
    intro: 'Find a doctor who speaks your language, choose a time, and pay only when the time is yours.',
    points: [
      {
        title: 'Times that are really free',
        text: 'The time you choose is held for you while you pay. Nobody else can take it.',
      },
      {
        title: 'Clear money',
        text: 'You see the fee before you book, and what comes back before you cancel.',
      },
      { title: 'Your data, in your sight', text: 'You can look up who has seen your data, when, and why.' },
    ],
  },
  signUp: {
    title: 'Create an account',
    intro: 'For patients. Doctors get their account from the administration.',
    name: 'Name',
    nameHint: 'As the doctor should call you.',
    email: 'E-mail address',
    password: 'Password',
    passwordHint: 'At least 12 characters, with a small letter, a capital letter and a digit.',
    submit: 'Create the account',
    have: 'I have an account',
    codeTitle: 'Confirm your e-mail address',
    codeIntro: 'If {email} has no account yet, we have sent a code to it.',
    code: 'Code',
    codeHint: 'The digits from the e-mail.',
    confirm: 'Confirm',
    haveCode: 'I have a code already',
    resend: 'Send the code again',
    resent: 'If the address waits for its confirmation, a new code is on its way.',
    another: 'Use another address',
    doneTitle: 'Your account is ready',
    done: 'Sign in with your e-mail address and your password.',
  },
  password: {
    title: 'Password',
    intro: 'A new password signs you out on every device. You then sign in again.',
    current: 'Present password',
    new: 'New password',
    submit: 'Change the password',
  },
  profile: {
    title: 'Profile',
    intro: 'The doctors who treat you see your name, age, sex and telephone number.',
    name: 'Name',
    email: 'E-mail address',
    emailHint: 'You sign in with it. It can’t be changed here.',
    phone: 'Telephone number',
    phoneHint: 'With the country code if it is not an Indian number, such as +91 98765 43210.',
    birthDate: 'Date of birth',
    sex: 'Sex',
    unsaid: 'Not said',
    address: 'Postal address',
    zone: 'Time zone',
    zoneHint: 'For the times in our e-mails.',
    saved: 'Your profile is saved.',
  },
};

export type PublicWords = typeof en;
export default en;
