package io.hongyan.simulator.wechat;

import io.hongyan.simulator.traffic.Traffic;
import io.undertow.server.ExchangeCompletionListener;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.AttachmentKey;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts one send as under way until its reply is about to go out, its connection is cut or its
 * caller has gone. It ends before the caller can know, or the caller's next send would count beside
 * it and the maximum would be more than the caller ever had open.
 */
final class SendInFlight implements ExchangeCompletionListener {

  private static final AttachmentKey<SendInFlight> KEY = AttachmentKey.create(SendInFlight.class);

  private final Traffic traffic;
  private final AtomicBoolean ended = new AtomicBoolean();

  private SendInFlight(Traffic traffic) {
    this.traffic = traffic;
  }

  static void begin(HttpServerExchange exchange, Traffic traffic) {
    traffic.sendBegan();
    SendInFlight send = new SendInFlight(traffic);
    exchange.putAttachment(KEY, send);
    exchange.addExchangeCompleteListener(send);
  }

  /** Does nothing for requests that are no sends, and nothing the second time. */
  static void end(HttpServerExchange exchange) {
    SendInFlight send = exchange.getAttachment(KEY);
    if (send != null) {
      send.end();
    }
  }

  @Override
  public void exchangeEvent(HttpServerExchange exchange, NextListener next) {
    end();
    next.proceed();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      traffic.sendEnded();
    }
  }
}
