import { toast } from '../ui/live';
import { hostedLogout, loginAddress, type SignIn } from './login';
import { leave } from './session';

/** Goes to the hosted log-in, and comes back to where one was. */
export async function signIn(how: SignIn = {}): Promise<void> {
  try {
    location.assign(await loginAddress({ returnTo: location.pathname, ...how }));
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), 'bad');
  }
}

/** Ends the session here, at the API and at the hosted log-in. */
export async function signOut(): Promise<void> {
  const hosted = (await leave()) ?? (await hostedLogout().catch(() => '/signed-out'));
  // A new document: no memory of the person is left in this one.
  location.assign(hosted);
}
