import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

// IANA's registries of special-purpose addresses, and multicast.
const FORBIDDEN_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// Only 2000::/3 is given out to the public; these parts of it lead elsewhere (Teredo, ORCHID, examples, 6to4).
const FORBIDDEN_V6: readonly [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function makeLists(): { forbidden: BlockList; global: BlockList } {
  const forbidden = new BlockList();
  for (const [network, prefix] of FORBIDDEN_V4) forbidden.addSubnet(network, prefix, 'ipv4');
  for (const [network, prefix] of FORBIDDEN_V6) forbidden.addSubnet(network, prefix, 'ipv6');
  const global = new BlockList();
  global.addSubnet('2000::', 3, 'ipv6');
  return { forbidden, global };
}

const { forbidden, global } = makeLists();

/**
 * Whether nobody outside may make us connect to this address: anything but public unicast, and our own addresses.
 * What is no address at all is forbidden too. IPv4 inside IPv6 (mapped, NAT64, 6to4) is forbidden as such.
 */
export function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return forbidden.check(address, 'ipv4') || isOwnAddress(address);
  // A zone (`fe80::1%eth0`) exists for local addresses only.
  if (family !== 6 || address.includes('%')) return true;
  return !global.check(address, 'ipv6') || forbidden.check(address, 'ipv6') || isOwnAddress(address);
}

function isOwnAddress(address: string): boolean {
  const own = new BlockList();
  for (const list of Object.values(networkInterfaces()))
    for (const item of list ?? [])
      own.addAddress(item.address.split('%')[0] ?? '', item.family === 'IPv6' ? 'ipv6' : 'ipv4');
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
