package io.hongyan.chaos.stack;

import java.net.URI;
import java.util.List;

/**
 * Where a running stack is reached directly, past every proxy: all that load and audit need.
 *
 * @param gateways one or more, any of which may be down at a time
 * @param databaseUrl a JDBC address
 * @param managements management API of each RabbitMQ node, with user and password; any of them may
 *     be down at a time; all queues are in the virtual host {@code /}
 */
public record Addresses(
    List<URI> gateways,
    URI simulator,
    List<URI> managements,
    String databaseUrl,
    String databaseUser,
    String databasePassword,
    String adminKey) {

  /** Without keys and passwords. */
  @Override
  public String toString() {
    return "gateways %s, simulator %s".formatted(gateways, simulator);
  }
}
