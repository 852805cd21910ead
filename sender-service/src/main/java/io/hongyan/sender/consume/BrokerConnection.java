package io.hongyan.sender.consume;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.Topology;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to RabbitMQ that is opened when it is needed and again after it broke. Recovery is
 * not left to the client library: whoever uses a channel knows best what to do anew. Thread-safe.
 */
final class BrokerConnection implements AutoCloseable {

  private final ConnectionFactory factory;
  private final RetryProperties retries;
  private final String name;
  private final ReentrantLock connecting = new ReentrantLock();
  private volatile @Nullable Connection connection;

  BrokerConnection(ConnectionFactory factory, RetryProperties retries, String name) {
    this.factory = factory;
    this.retries = retries;
    this.name = name;
  }

  /**
   * A new channel, on a new connection if the last one broke.
   *
   * @throws IOException if the broker is away
   */
  Channel openChannel() throws IOException {
    // Not synchronized: before JDK 24 a virtual thread that waits in there holds its carrier.
    connecting.lock();
    try {
      return openChannelAlone();
    } finally {
      connecting.unlock();
    }
  }

  private Channel openChannelAlone() throws IOException {
    Connection current = connection;
    if (current == null || !current.isOpen()) {
      current = connect();
      connection = current;
    }
    Channel channel = current.createChannel();
    if (channel == null) {
      throw new IOException("the broker allows no more channels on " + name);
    }
    return channel;
  }

  /** Whether the broker is there; a channel that broke alone says nothing about it. */
  boolean isOpen() {
    Connection current = connection;
    return current != null && current.isOpen();
  }

  /**
   * Closes the connection and with it every channel; what was not acked goes back to its queue. The
   * next {@link #openChannel()} connects, and declares exchanges and queues, anew.
   */
  @Override
  public void close() {
    Connection current = connection;
    if (current != null) {
      current.abort();
    }
  }

  private Connection connect() throws IOException {
    Connection opened;
    try {
      opened = factory.newConnection(name);
    } catch (TimeoutException e) {
      throw new IOException("RabbitMQ did not answer in time", e);
    }
    try {
      declare(opened);
    } catch (IOException | RuntimeException e) {
      opened.abort();
      throw e;
    }
    return opened;
  }

  private void declare(Connection opened) throws IOException {
    Channel channel = opened.createChannel();
    Topology.declareShared(channel);
    Topology.declareRetries(channel, retries.delays());
    channel.abort();
  }
}
