package io.hongyan.simulator.wechat;

import io.hongyan.simulator.fault.Fault;
import io.hongyan.simulator.settings.Settings;
import io.hongyan.simulator.state.SimulatorState;
import io.undertow.server.Connectors;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.SameThreadExecutor;
import io.undertow.util.StatusCodes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.xnio.IoUtils;

/**
 * Takes every request for WeChat: reads it, lets the fault script strike, has its endpoint answer,
 * and sends the reply when the latency is over. Waiting is a timer on the connection's I/O thread;
 * no thread is held, so thousands of requests may wait at once.
 */
public final class WeChatHandler implements HttpHandler {

  private final Map<String, Endpoint> endpoints;
  private final Endpoint unknown = new UnknownEndpoint();
  private final SimulatorState state;

  public WeChatHandler(SimulatorState state) {
    this.endpoints = Endpoints.of(state);
    this.state = state;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    if (exchange.getRequestHeaders().contains(Headers.TRANSFER_ENCODING)) {
      // WeChat takes no chunked body: 412 and not a byte more.
      exchange.setStatusCode(StatusCodes.PRECONDITION_FAILED).endExchange();
      return;
    }
    if (exchange.getRequestPath().equals(TemplateSendEndpoint.PATH)) {
      SendInFlight.begin(exchange, state.traffic());
    }
    // A caller that breaks off in the middle of its body gets no answer.
    exchange
        .getRequestReceiver()
        .receiveFullBytes(this::received, (broken, failure) -> broken.endExchange());
  }

  private void received(HttpServerExchange exchange, byte[] body) {
    WeChatRequest request = WeChatRequest.of(exchange, body);
    Call call = endpoints.getOrDefault(request.path(), unknown).open(request);
    switch (state.faults().next(request.path(), call.appid())) {
      case null -> reply(exchange, call, call.answer(), Duration.ZERO);
      case Fault.Delay late -> {
        if (late.accept()) {
          reply(exchange, call, call.answer(), late.delay());
        } else {
          after(late.delay(), exchange, () -> reply(exchange, call, call.answer(), Duration.ZERO));
        }
      }
      case Fault.Errcode scripted -> {
        if (scripted.accept()) {
          call.answer();
        } else {
          call.refused(scripted.errcode());
        }
        reply(exchange, call, Reply.refusal(Refusal.scripted(scripted.errcode())), Duration.ZERO);
      }
      case Fault.HttpStatus broken -> {
        if (broken.accept()) {
          call.answer();
        }
        reply(exchange, call, Reply.page(broken.status()), Duration.ZERO);
      }
      case Fault.CloseSocket closed -> {
        if (closed.accept()) {
          call.answer();
        }
        cut(exchange);
      }
      case Fault.LostReply lost -> {
        call.answer();
        after(latency(), exchange, () -> cut(exchange));
      }
    }
  }

  private void reply(HttpServerExchange exchange, Call call, Reply reply, Duration delay) {
    after(
        delay.plus(latency()),
        exchange,
        () -> {
          call.replied();
          send(exchange, reply);
        });
  }

  private static void send(HttpServerExchange exchange, Reply reply) {
    SendInFlight.end(exchange);
    exchange.setStatusCode(reply.status());
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, reply.contentType());
    exchange.getResponseSender().send(reply.body());
  }

  private static void cut(HttpServerExchange exchange) {
    SendInFlight.end(exchange);
    IoUtils.safeClose(exchange.getConnection());
  }

  private Duration latency() {
    Settings current = state.settings().current();
    long jitterMillis = current.jitter().toMillis();
    return jitterMillis == 0
        ? current.latency()
        : current.latency().plusMillis(ThreadLocalRandom.current().nextLong(jitterMillis + 1));
  }

  private static void after(Duration delay, HttpServerExchange exchange, Runnable step) {
    if (delay.isZero()) {
      step.run();
      return;
    }
    // The timer may only start once the present call stack has let go of the exchange.
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () ->
            exchange
                .getIoThread()
                .executeAfter(
                    () -> Connectors.executeRootHandler(resumed -> step.run(), exchange),
                    delay.toMillis(),
                    TimeUnit.MILLISECONDS));
  }
}
