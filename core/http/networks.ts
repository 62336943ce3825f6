import { BlockList, isIP } from 'node:net';
import { GalleyError } from '../lib/errors.ts';

/**
 * Reads addresses and ranges such as `10.0.0.0/8` from a setting.
 * @throws GALLEY_CONFIG_INVALID naming the setting
 */
export function readNetworks(setting: string, entries: readonly string[]): BlockList {
  const networks = new BlockList();
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/');
    if (isIP(address) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
      throw new GalleyError(
        'GALLEY_CONFIG_INVALID',
        `${setting}: "${entry}" is no address and no range such as 10.0.0.0/8.`,
      );
    }
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(bits), family);
  }
  return networks;
}

/** Whether an address belongs to the networks. */
export function isWithin(networks: BlockList, address: string): boolean {
  return isIP(address) !== 0 && networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
