package io.hongyan.chaos.stack;

import java.util.List;

/**
 * What a stack has that others have not.
 *
 * @param gatewayOptions JVM options of the gateways
 * @param senderOptions JVM options of the senders
 * @param smallLogDisk whether the services' logs are on a file system of their own, small enough to
 *     fill; needs root
 */
public record StackOptions(
    List<String> gatewayOptions, List<String> senderOptions, boolean smallLogDisk) {

  /** Nothing special. */
  public static StackOptions plain() {
    return new StackOptions(List.of(), List.of(), false);
  }

  public StackOptions withSmallLogDisk() {
    return new StackOptions(gatewayOptions, senderOptions, true);
  }

  public StackOptions withGatewayOption(String option) {
    return new StackOptions(List.of(option), senderOptions, smallLogDisk);
  }

  public StackOptions withSenderOption(String option) {
    return new StackOptions(gatewayOptions, List.of(option), smallLogDisk);
  }
}
