package io.hongyan.gateway.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/**
 * A block of addresses, such as {@code 10.0.0.0/8}.
 *
 * @param prefix its first address in hex
 * @param bits how many of its bits all addresses of the block have
 */
record AddressBlock(String prefix, int bits) {

  /** Reads the usual form; not for IPv4-mapped ones, which the JDK takes for IPv4. */
  static AddressBlock of(String cidr) {
    int slash = cidr.indexOf('/');
    try {
      // An address in figures is not looked up.
      byte[] first = InetAddress.getByName(cidr.substring(0, slash)).getAddress();
      return new AddressBlock(
          HexFormat.of().formatHex(first), Integer.parseInt(cidr.substring(slash + 1)));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(cidr, e);
    }
  }

  /** Whether the address, in network order, is in the block; false for the other kind of IP. */
  boolean contains(byte[] address) {
    byte[] first = HexFormat.of().parseHex(prefix);
    if (first.length != address.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> i % Byte.SIZE;
      if (((first[i / Byte.SIZE] ^ address[i / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
