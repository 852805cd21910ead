package io.hongyan.simulator;

import io.hongyan.simulator.control.ControlHandler;
import io.hongyan.simulator.state.SimulatorState;
import io.hongyan.simulator.wechat.WeChatHandler;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Clock;
import org.xnio.Options;

/** The running server; started by {@link Main}, or inside a test with a clock of its own. */
public final class WeChatSimulator implements AutoCloseable {

  /** So that a few thousand callers that connect at once are not turned away. */
  private static final int BACKLOG = 4_096;

  private final Undertow server;

  private WeChatSimulator(Undertow server) {
    this.server = server;
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @throws BindException when the address can't be had
   */
  public static WeChatSimulator start(String host, int port, Clock clock) throws BindException {
    SimulatorState state = SimulatorState.empty(clock);
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
            .setHandler(new HttpContinueReadHandler(both))
            .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof BindException refused) {
        throw refused;
      }
      throw e;
    }
    return new WeChatSimulator(server);
  }

  /** The port it listens on. */
  public int port() {
    return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  @Override
  public void close() {
    server.stop();
  }
}
