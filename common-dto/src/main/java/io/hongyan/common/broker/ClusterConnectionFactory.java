package io.hongyan.common.broker;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;

/**
 * Connects to whichever node of a RabbitMQ cluster answers. Those who open connections by name need
 * not know how many nodes there are.
 */
final class ClusterConnectionFactory extends ConnectionFactory {

  private final List<Address> nodes;

  ClusterConnectionFactory(List<Address> nodes) {
    this.nodes = List.copyOf(nodes);
  }

  @Override
  public Connection newConnection(String name) throws IOException, TimeoutException {
    return newConnection(inAnyOrder(), name);
  }

  @Override
  public Connection newConnection(ExecutorService executor, String name)
      throws IOException, TimeoutException {
    return newConnection(executor, inAnyOrder(), name);
  }

  /** The client tries them one by one; in one order for all, the first would have all the load. */
  private List<Address> inAnyOrder() {
    List<Address> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled);
    return shuffled;
  }
}
