package io.hongyan.sender.consume;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountGate;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries a single message of an account whose gate opens only when one gets through. One sender at a
 * time does so, every {@code hongyan.gate.probe-interval}.
 */
final class GateProbe {

  private static final Logger log = LoggerFactory.getLogger(GateProbe.class);

  private final AccountGate gate;
  private final BrokerConnection broker;
  private final MessageListener listener;
  private final Clock clock;

  GateProbe(AccountGate gate, BrokerConnection broker, MessageListener listener, Clock clock) {
    this.gate = gate;
    this.broker = broker;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Starts a probe, on a thread of its own, of each account that is due and that no other sender
   * probes.
   */
  void probeDue(Collection<SenderAccount> accounts) {
    for (SenderAccount account : accounts) {
      if (gate.claimProbe(account)) {
        Thread.ofVirtual().name("probe " + account.id()).start(() -> probe(account));
      }
    }
  }

  private void probe(SenderAccount account) {
    try (Channel channel = broker.openChannel()) {
      // Urgent first, as everywhere.
      for (Lane lane : List.of(Lane.URGENT, Lane.NORMAL)) {
        if (account.isQuiet(clock.instant(), lane)) {
          continue;
        }
        GetResponse got = channel.basicGet(Topology.sendQueue(account.id(), lane), false);
        if (got != null) {
          Delivery delivery = new Delivery(got.getEnvelope(), got.getProps(), got.getBody());
          if (listener.probe(delivery, lane, account, channel::isOpen)) {
            channel.basicAck(got.getEnvelope().getDeliveryTag(), false);
          }
          return;
        }
      }
      log.info("nothing to probe with account={}", account.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | AlreadyClosedException | TimeoutException e) {
      log.warn("probe broken off, the next one is tried later account={}", account.id(), e);
    }
  }
}
