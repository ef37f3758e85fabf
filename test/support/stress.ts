/** How often a test tries something: a little in `npm test`, much where `npm run stress` asks for it. */
export const STRESS = process.env.IPC_INSPECTOR_STRESS === '1';

export function rounds(few: number, many: number): number {
  return STRESS ? many : few;
}
