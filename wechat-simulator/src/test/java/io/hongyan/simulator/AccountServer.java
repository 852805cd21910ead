package io.hongyan.simulator;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.xnio.IoUtils;

/** The other end of a callback: keeps what is posted to it and answers as a test wants. */
public final class AccountServer implements AutoCloseable {

  /** A text for the follower {@code oA}. */
  static final String REPLY =
      """
      <xml><ToUserName><![CDATA[oA]]></ToUserName><FromUserName><![CDATA[gh_7f083739789a]]></FromUserName>\
      <CreateTime>1795309201</CreateTime><MsgType><![CDATA[text]]></MsgType>\
      <Content><![CDATA[hello]]></Content></xml>""";

  /** What is said to a request; it may take its time. */
  @FunctionalInterface
  public interface Behaviour {
    Answer answer(Request request) throws Exception;
  }

  /** A request that came in. */
  public record Request(String method, String path, Map<String, String> query, String body) {

    public String parameter(String name) {
      return query.getOrDefault(name, "");
    }
  }

  /** What is said to it. */
  public record Answer(int status, String body) {
    public static final Answer SUCCESS = new Answer(200, "success");

    /** The connection is closed instead. */
    public static final Answer CUT = new Answer(0, "");
  }

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final Undertow server;
  private final int port;

  private volatile Behaviour behaviour = request -> Answer.SUCCESS;

  private AccountServer(int wantedPort) {
    server =
        Undertow.builder()
            .addHttpListener(wantedPort, "127.0.0.1")
            .setWorkerThreads(200)
            .setHandler(
                exchange ->
                    exchange
                        .getRequestReceiver()
                        .receiveFullBytes(
                            (complete, body) ->
                                complete.dispatch(resumed -> answer(resumed, body))))
            .build();
    server.start();
    this.port = ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
  }

  /** On a free port; says {@code success} to everything. */
  public static AccountServer start() {
    return new AccountServer(0);
  }

  /** Where another one was before. */
  public static AccountServer startOn(int port) {
    return new AccountServer(port);
  }

  /** Changes what is said to requests from now on. */
  public void say(Behaviour changed) {
    behaviour = changed;
  }

  private void answer(HttpServerExchange exchange, byte[] body) throws Exception {
    Request request =
        new Request(
            exchange.getRequestMethod().toString(),
            exchange.getRequestPath(),
            exchange.getQueryParameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().getFirst())),
            new String(body, StandardCharsets.UTF_8));
    mostAtOnce.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    requests.add(request);
    Answer answer;
    try {
      answer = behaviour.answer(request);
    } finally {
      underWay.decrementAndGet();
    }
    if (answer.equals(Answer.CUT)) {
      IoUtils.safeClose(exchange.getConnection());
      return;
    }
    exchange.setStatusCode(answer.status());
    exchange
        .getResponseSender()
        .send(ByteBuffer.wrap(answer.body().getBytes(StandardCharsets.UTF_8)));
  }

  /** In the order in which they came. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The most requests that were under way at the same time. */
  public int mostAtOnce() {
    return mostAtOnce.get();
  }

  public int port() {
    return port;
  }

  public String url() {
    return "http://127.0.0.1:" + port + "/callback";
  }

  @Override
  public void close() {
    server.stop();
  }
}
