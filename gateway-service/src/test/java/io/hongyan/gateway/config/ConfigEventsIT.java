package io.hongyan.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.message.ConfigEvent;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events between gateways when the broker is slow. */
class ConfigEventsIT {

  private static final ConfigEvent EVENT =
      new ConfigEvent(ConfigEvent.Kind.ACCOUNT, "account-of-config-events");

  private final RecordingFactory broker = new RecordingFactory();
  private final List<Object> heard = new CopyOnWriteArrayList<>();
  private final ConfigProperties properties =
      new ConfigProperties(
          Duration.ofMinutes(1),
          Duration.ofSeconds(1),
          Duration.ofMillis(50),
          Duration.ofSeconds(1));
  private ConfigEvents telling;
  private ConfigEvents hearing;

  @BeforeEach
  void setUp() throws Exception {
    broker.setUri(TestServers.get().rabbitUrl());
    broker.setAutomaticRecoveryEnabled(false);
    telling = new ConfigEvents(broker, event -> {}, properties);
    hearing = new ConfigEvents(broker, heard::add, properties);
    hearing.start();
    await().until(hearing::isConnected);
    broker.channels.clear();
    telling.start();
    await().until(telling::isConnected);
  }

  @AfterEach
  void close() {
    telling.stop();
    hearing.stop();
  }

  @Test
  void aConfirmThatCameTooLateDoesNotEndThePublishing() throws Exception {
    Channel publishing = broker.channels.getLast();

    // What waitForConfirmsOrDie does when its time is over.
    publishing.close(AMQP.PRECONDITION_FAILED, "TIMEOUT WAITING FOR ACK");

    await()
        .untilAsserted(
            () -> {
              telling.publish(EVENT);
              assertThat(heard).contains(EVENT);
            });
  }

  /** Remembers the channels of its connections. */
  private static final class RecordingFactory extends ConnectionFactory {

    private final List<Channel> channels = new CopyOnWriteArrayList<>();

    @Override
    public Connection newConnection(String name) throws IOException, TimeoutException {
      Connection real = super.newConnection(name);
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                try {
                  Object answer = method.invoke(real, arguments);
                  if (answer instanceof Channel channel) {
                    channels.add(channel);
                  }
                  return answer;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }
}
