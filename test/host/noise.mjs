// @ts-check
// What a VS Code from npm says on its console that means nothing: modules that were never
// compiled, hosts that cannot be reached, assistants that nobody asked for.

const noise = [
  /Could not locate the bindings file/,
  /Cannot find module '[^']*(build\/Release|watchdog)/,
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED)\b/,
  /\[(AgentHost|AgentHostChannel|RemoteAgentHostProtocol|ChatModelSelection|AccountPolicyGate)\b/,
  /authentication provider 'github'/,
  /ServiceWorker/,
  /sandbox attribute can escape its sandboxing/,
  /\[reconnection-grace-time\]/,
];

/**
 * Whether a message of VS Code is noise.
 * @param {string} message
 */
export function isNoise(message) {
  return noise.some((pattern) => pattern.test(message));
}
