/** Who acts: whose rights count. */
import * as vscode from 'vscode';
import type { Actor } from '../../protocol/mayAct';
import { type User, userOf } from '../../protocol/rights';
import type { Host } from '../../protocol/snapshot';
import type { Inventory } from './inventory';

/** Whose rights the helper has, and whether the window is trusted. */
export function actorOf(host: Host): Actor {
  return { ...userOf(host), trusted: vscode.workspace.isTrusted, stickyMemory: host.stickyMemory };
}

/** Whose rights the helper has; where it told nothing yet our own, which it inherits. */
export function actingUser({ actingHost }: Pick<Inventory, 'actingHost'>): User {
  return actingHost
    ? userOf(actingHost)
    : { uid: process.geteuid?.() ?? 0, groups: [process.getegid?.() ?? 0, ...(process.getgroups?.() ?? [])] };
}
