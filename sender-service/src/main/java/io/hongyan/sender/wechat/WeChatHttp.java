package io.hongyan.sender.wechat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange with WeChat: a request goes out once, or not at all, and its answer comes back in
 * full, or not at all. Whoever calls learns which. Retries, redirects and all that could send a
 * request a second time are off. HTTP/1.1 only: nothing was found on HTTP/2 at WeChat's, and many
 * connections are also what spreads the load. Blocks the calling (virtual) thread. Thread-safe.
 */
final class WeChatHttp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WeChatHttp.class);

  /** Several times what a page of 10,000 followers needs. */
  private static final int LONGEST_REPLY = 4 << 20;

  /** Without a charset: WeChat's examples have none, and JSON is UTF-8. */
  private static final ContentType JSON = ContentType.create("application/json");

  // One that has been idle for longer may have been closed by the other side, which would leave
  // the message in doubt; looking costs two system calls.
  private static final TimeValue TRUSTED_IDLE = TimeValue.ofSeconds(1);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);

  private final URI server;
  private final CloseableHttpClient http;
  private final long timeoutNanos;
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final Thread watcher;

  WeChatHttp(WeChatProperties properties) {
    this.server = properties.baseUrl().resolve("/");
    this.http = client(properties, server);
    this.timeoutNanos = properties.timeout().toNanos();
    Duration fraction = properties.timeout().dividedBy(50);
    Duration pause = fraction.compareTo(SHORTEST_PAUSE) > 0 ? fraction : SHORTEST_PAUSE;
    this.watcher = Thread.ofVirtual().name("wechat-timeouts").start(() -> watch(pause));
  }

  private static CloseableHttpClient client(WeChatProperties properties, URI server) {
    Timeout connect = Timeout.of(properties.connectTimeout());
    TimeValue keepAlive = TimeValue.of(properties.keepAlive());
    PoolingHttpClientConnectionManager connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            // Each call in flight has its connection at once, found without a look at the others.
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
            .setConnPoolPolicy(PoolReusePolicy.LIFO)
            .setMaxConnPerRoute(Integer.MAX_VALUE)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(connect)
                    // TLS' handshake has the connect timeout; what comes after is watched.
                    .setSocketTimeout(Timeout.DISABLED)
                    .setValidateAfterInactivity(TRUSTED_IDLE)
                    .build())
            .build();
    return HttpClients.custom()
        .setProxy(proxy(server))
        .setConnectionManager(connections)
        .setRequestExecutor(new NotingExecutor())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionKeepAlive(keepAlive)
                .setProtocolUpgradeEnabled(false)
                .setAuthenticationEnabled(false)
                .build())
        .evictIdleConnections(keepAlive)
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableAuthCaching()
        .disableCookieManagement()
        .disableConnectionState()
        .disableContentCompression()
        .disableDefaultUserAgent()
        .build();
  }

  /** The proxy that the JVM's settings name for the server, null for none. */
  private static @Nullable HttpHost proxy(URI server) {
    Proxy proxy = ProxySelector.getDefault().select(server).getFirst();
    return proxy.type() == Proxy.Type.HTTP && proxy.address() instanceof InetSocketAddress address
        ? new HttpHost(address.getHostString(), address.getPort())
        : null;
  }

  /**
   * Posts JSON, with a Content-Length: WeChat answers chunked bodies with HTTP 412.
   *
   * @param pathAndQuery encoded, from the slash on
   * @throws NotSentException when WeChat cannot have seen the request
   * @throws IOException when no complete answer came in time; WeChat may have acted
   */
  RawReply post(String pathAndQuery, byte[] json) throws IOException {
    HttpPost request = new HttpPost(server);
    request.setEntity(new ByteArrayEntity(json, JSON));
    return exchange(request, pathAndQuery);
  }

  /** Gets; for the rest see {@link #post}. */
  RawReply get(String pathAndQuery) throws IOException {
    return exchange(new HttpGet(server), pathAndQuery);
  }

  private RawReply exchange(HttpUriRequestBase request, String pathAndQuery) throws IOException {
    request.setPath(pathAndQuery);
    Exchange exchange = new Exchange(request, System.nanoTime() + timeoutNanos);
    open.add(exchange);
    try {
      RawReply reply = http.execute(request, exchange, response -> read(response, request));
      if (!exchange.begun) {
        throw new IOException("the proxy answered HTTP " + reply.httpStatus());
      }
      return reply;
    } catch (IOException | RuntimeException e) {
      IOException failure = e instanceof IOException io ? io : new IOException(e.getMessage(), e);
      throw exchange.begun ? failure : new NotSentException(failure);
    } finally {
      open.remove(exchange);
    }
  }

  private static RawReply read(ClassicHttpResponse response, HttpUriRequestBase request)
      throws IOException {
    @Nullable HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new RawReply(response.getCode(), new byte[0]);
    }
    try (InputStream content = entity.getContent()) {
      byte[] body = content.readNBytes(LONGEST_REPLY + 1);
      if (body.length > LONGEST_REPLY) {
        request.cancel(); // or closing would read the rest
        throw new IOException("the answer is longer than %d bytes".formatted(LONGEST_REPLY));
      }
      return new RawReply(response.getCode(), body);
    }
  }

  /**
   * Ends calls that take too long. A socket's timeout would not do: it starts anew with each byte
   * that comes in, and as a timer for each read of a virtual thread it costs more than this.
   */
  private void watch(Duration pause) {
    try {
      while (true) {
        Thread.sleep(pause);
        endOverdue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void endOverdue() {
    for (Exchange exchange : open) {
      try {
        if (exchange.begun && exchange.isOverdue()) {
          exchange.request.cancel();
        }
      } catch (Throwable e) {
        // Nobody else ends a call that hangs, so this goes on whatever comes, memory's end
        // included.
        log.warn("a call to WeChat could not be ended, tried again soon", e);
      }
    }
  }

  @Override
  public void close() {
    watcher.interrupt();
    http.close(CloseMode.IMMEDIATE);
  }

  /** What came back, whatever it is. */
  record RawReply(int httpStatus, byte[] body) {}

  private static final class Exchange extends HttpClientContext {
    final HttpUriRequestBase request;
    private final long deadlineNanos;

    /** Whether the first byte of the request may have left this machine. */
    volatile boolean begun;

    Exchange(HttpUriRequestBase request, long deadlineNanos) {
      this.request = request;
      this.deadlineNanos = deadlineNanos;
    }

    boolean isOverdue() {
      return System.nanoTime() - deadlineNanos > 0;
    }
  }

  /** Notes when a request begins to be written; before that, nothing but a connection was made. */
  private static final class NotingExecutor extends HttpRequestExecutor {

    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        @Nullable HttpResponseInformationCallback callback,
        HttpContext context)
        throws IOException, HttpException {
      // A proxy is asked for a way to WeChat first, which is a connection still.
      if (!Method.CONNECT.isSame(request.getMethod())) {
        Exchange exchange = (Exchange) context;
        if (exchange.isOverdue()) {
          throw new IOException("no connection within the time of a whole call");
        }
        exchange.begun = true;
      }
      return super.execute(request, connection, callback, context);
    }
  }
}
