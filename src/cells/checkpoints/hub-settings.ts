/** Where the Hub is, and who asks. */
import type { HubSettings } from '../../core/store/library';

/** The settings with another address; a token is one server's, and does not follow to another. */
export function withEndpoint({ token, ...before }: HubSettings, endpoint: string): HubSettings {
  return new URL(endpoint).origin === new URL(before.endpoint).origin ? { endpoint, token } : { endpoint };
}
