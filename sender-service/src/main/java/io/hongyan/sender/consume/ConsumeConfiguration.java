package io.hongyan.sender.consume;

import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.common.broker.BrokerAddress;
import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.common.message.PushMessageCodec;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.account.SenderAccounts;
import io.hongyan.sender.delivery.DeliveryService;
import io.hongyan.sender.gate.AccountGate;
import io.hongyan.sender.gate.BatchHolds;
import io.hongyan.sender.inbound.InboundRecorder;
import io.hongyan.sender.receipt.ReceiptRecorder;
import io.hongyan.sender.record.OutcomeRecorder;
import io.hongyan.sender.record.ParkRecorder;
import java.time.Clock;
import java.util.List;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/**
 * Wires RabbitMQ's side. Two connections: when the broker holds back a publisher it stops reading
 * from its connection, and acks must not stand behind that.
 */
@Configuration(proxyBeanMethods = false)
class ConsumeConfiguration {

  private static final int DEAD_LETTERS = 10;

  /** Deliveries in hand; two full groups, so that one gathers while the other is committed. */
  private static final int CALLBACKS = 1_000;

  @Bean
  ConnectionFactory rabbitClient(BrokerProperties properties) {
    return BrokerAddress.parse(properties.url())
        .connectionFactory(
            properties.heartbeat(), properties.connectionTimeout(), properties.answerTimeout());
  }

  /** For Spring AMQP, which the health endpoint uses. */
  @Bean
  CachingConnectionFactory springConnectionFactory(ConnectionFactory rabbitClient) {
    CachingConnectionFactory factory = new CachingConnectionFactory(rabbitClient);
    factory.setConnectionNameStrategy(connection -> "sender-health");
    return factory;
  }

  @Bean
  BrokerConnection consumingConnection(ConnectionFactory factory, RetryProperties retries) {
    return new BrokerConnection(factory, retries, "sender consuming");
  }

  @Bean
  BrokerConnection asideConnection(ConnectionFactory factory, RetryProperties retries) {
    return new BrokerConnection(factory, retries, "sender consuming, queues in trouble");
  }

  /** What WeChat says by itself; beside the sends, whose trouble is not its own. */
  @Bean
  BrokerConnection callbackConnection(ConnectionFactory factory, RetryProperties retries) {
    return new BrokerConnection(factory, retries, "sender consuming callbacks");
  }

  @Bean
  BrokerConnection publishingConnection(ConnectionFactory factory, RetryProperties retries) {
    return new BrokerConnection(factory, retries, "sender publishing");
  }

  @Bean
  PushMessageCodec pushMessageCodec() {
    return new PushMessageCodec();
  }

  @Bean
  MessageReturner messageReturner(
      BrokerConnection publishingConnection, PushMessageCodec codec, ConsumeProperties properties) {
    return new MessageReturner(publishingConnection, codec, properties);
  }

  @Bean
  MessageListener messageListener(
      PushMessageCodec codec,
      DeliveryService deliveries,
      MessageReturner returner,
      ParkRecorder parks) {
    return new MessageListener(codec, deliveries, returner, parks);
  }

  @Bean
  ConfigEvents configEvents(BrokerConnection consumingConnection, MessageReturner returner) {
    return new ConfigEvents(consumingConnection, returner);
  }

  @Bean
  SharedQueue deadQueue(
      BrokerConnection asideConnection,
      PushMessageCodec codec,
      DeadLetterMapper mapper,
      OutcomeRecorder outcomes,
      JsonMapper json,
      ConsumeProperties properties,
      Clock clock) {
    return new SharedQueue(
        asideConnection,
        Topology.DEAD,
        DEAD_LETTERS,
        properties.renewInterval(),
        new DeadLetterRecorder(codec, mapper, outcomes, json, clock)::handle);
  }

  @Bean
  SharedQueue receiptQueue(
      BrokerConnection callbackConnection,
      ReceiptRecorder receipts,
      MessageReturner returner,
      ConsumeProperties properties) {
    return new SharedQueue(
        callbackConnection,
        Topology.RECEIPTS,
        CALLBACKS,
        properties.renewInterval(),
        new CallbackListener<>(DeliveryReceipt::decode, receipts::record, returner)::handle);
  }

  @Bean
  SharedQueue callbackQueue(
      BrokerConnection callbackConnection,
      InboundRecorder inbound,
      MessageReturner returner,
      ConsumeProperties properties) {
    return new SharedQueue(
        callbackConnection,
        Topology.CALLBACKS,
        CALLBACKS,
        properties.renewInterval(),
        new CallbackListener<>(InboundRecord::decode, inbound::record, returner)::handle);
  }

  @Bean
  SenderLoop senderLoop(
      BrokerConnection consumingConnection,
      BrokerConnection asideConnection,
      MessageListener listener,
      ConfigEvents events,
      SenderAccounts accounts,
      BatchHolds holds,
      AccountGate gate,
      List<SharedQueue> sharedQueues,
      ConsumeProperties properties,
      Clock clock) {
    return new SenderLoop(
        accounts,
        holds,
        gate,
        new AccountConsumers(
            consumingConnection, asideConnection, listener, properties.renewInterval(), clock),
        new GateProbe(gate, consumingConnection, listener, clock),
        events,
        sharedQueues,
        properties,
        clock);
  }
}
