package io.hongyan.simulator;

import io.hongyan.simulator.callback.CallbackClient;
import io.hongyan.simulator.control.ControlHandler;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.wechat.WeChatHandler;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.xnio.Options;

/** The running server; started by {@link Main}, or inside a test with a clock of its own. */
public final class WeChatSimulator implements AutoCloseable {

  /** So that a few thousand callers that connect at once are not turned away. */
  private static final int BACKLOG = 4_096;

  /** Longer than callers keep idle connections, so that none is closed under their hands. */
  private static final int IDLE_MILLIS = (int) Duration.ofMinutes(10).toMillis();

  /** Every template and a follower list of a million openids fit; nothing larger is sent. */
  private static final long LARGEST_BODY = 256L << 20;

  /** Kept here, or the levels set on them could be collected with them. */
  private static final List<Logger> LIBRARIES =
      List.of(Logger.getLogger("io.undertow"), Logger.getLogger("org"));

  private final Undertow server;
  private final CallbackClient client;

  private WeChatSimulator(Undertow server, CallbackClient client) {
    this.server = server;
    this.client = client;
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws BindException when the address can't be had
   */
  public static WeChatSimulator start(String host, int port, Clock clock) throws BindException {
    // Undertow, XNIO and JBoss Threads greet with their versions.
    LIBRARIES.forEach(logger -> logger.setLevel(Level.WARNING));
    CallbackClient client = CallbackClient.start();
    SimulatorState state = SimulatorState.empty(clock, client);
    HttpHandler controls = new ControlHandler(state);
    HttpHandler wechat = new WeChatHandler(state);
    HttpHandler both =
        exchange -> {
          boolean control = exchange.getRequestPath().startsWith(ControlHandler.PREFIX);
          (control ? controls : wechat).handleRequest(exchange);
        };
    Undertow server =
        Undertow.builder()
            .addHttpListener(port, host)
            .setIoThreads(Runtime.getRuntime().availableProcessors())
            .setWorkerThreads(4)
            .setSocketOption(Options.BACKLOG, BACKLOG)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, LARGEST_BODY)
            .setHandler(new HttpContinueReadHandler(both))
            .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      client.close();
      if (e.getCause() instanceof BindException refused) {
        throw refused;
      }
      throw e;
    }
    return new WeChatSimulator(server, client);
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  @Override
  public void close() {
    server.stop();
    client.close();
  }
}
