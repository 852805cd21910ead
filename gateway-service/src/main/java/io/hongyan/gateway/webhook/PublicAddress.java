package io.hongyan.gateway.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses on the public Internet from those that lead into the company's own network, to
 * the machine itself or nowhere (IANA's special-purpose address registries).
 */
final class PublicAddress {

  private static final List<AddressBlock> RESERVED_V4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // carriers', and some clouds' metadata
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, and most clouds' metadata
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocol assignments
          "192.0.2.0/24", // documentation
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/3"); // multicast, reserved, broadcast

  // Everything else of IPv6 is loopback, unique-local, link-local, multicast or not given out.
  private static final AddressBlock GLOBAL_UNICAST = AddressBlock.of("2000::/3");
  private static final List<AddressBlock> RESERVED_V6 =
      blocks(
          "2001::/23", // protocol assignments, Teredo
          "2001:db8::/32", // documentation
          "3fff::/20"); // documentation

  // With an IPv4 address inside, which is what is reached.
  private static final AddressBlock MAPPED =
      new AddressBlock("00000000000000000000ffff00000000", 96);
  private static final AddressBlock NAT64 = AddressBlock.of("64:ff9b::/96");
  private static final AddressBlock SIX_TO_FOUR = AddressBlock.of("2002::/16");
  private static final int LAST_FOUR = 12;
  private static final int AFTER_2002 = 2;

  private PublicAddress() {}

  static boolean is(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return isPublicV4(bytes);
    }
    if (MAPPED.contains(bytes) || NAT64.contains(bytes)) {
      return isPublicV4(Arrays.copyOfRange(bytes, LAST_FOUR, LAST_FOUR + 4));
    }
    if (SIX_TO_FOUR.contains(bytes)) {
      return isPublicV4(Arrays.copyOfRange(bytes, AFTER_2002, AFTER_2002 + 4));
    }
    return GLOBAL_UNICAST.contains(bytes) && isInNone(RESERVED_V6, bytes);
  }

  private static boolean isPublicV4(byte[] bytes) {
    return isInNone(RESERVED_V4, bytes);
  }

  private static boolean isInNone(List<AddressBlock> blocks, byte[] bytes) {
    return blocks.stream().noneMatch(block -> block.contains(bytes));
  }

  private static List<AddressBlock> blocks(String... cidrs) {
    return Stream.of(cidrs).map(AddressBlock::of).toList();
  }
}
