package io.hongyan.chaos.stack;

import java.util.List;
import java.util.Map;

/**
 * What a stack has that others have not.
 *
 * @param senders how many
 * @param gatewayOptions JVM options of the gateways
 * @param senderOptions JVM options of the senders
 * @param settings of gateways and senders, over those of every stack
 * @param smallLogDisk whether the services' logs are on a file system of their own, small enough to
 *     fill; needs root
 */
public record StackOptions(
    int senders,
    List<String> gatewayOptions,
    List<String> senderOptions,
    Map<String, String> settings,
    boolean smallLogDisk) {

  /** Two senders, and nothing special. */
  public static StackOptions plain() {
    return new StackOptions(2, List.of(), List.of(), Map.of(), false);
  }

  public StackOptions withSmallLogDisk() {
    return new StackOptions(senders, gatewayOptions, senderOptions, settings, true);
  }

  public StackOptions withGatewayOption(String option) {
    return new StackOptions(senders, List.of(option), senderOptions, settings, smallLogDisk);
  }

  public StackOptions withSenderOption(String option) {
    return new StackOptions(senders, gatewayOptions, List.of(option), settings, smallLogDisk);
  }
}
