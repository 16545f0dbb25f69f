import config from './playwright.config';
const [first, second] = config.webServer as { command: string }[];
export default { ...config, webServer: [{ ...first, command: `${first.command} --outDir /tmp/e2e-dist` }, second] };
