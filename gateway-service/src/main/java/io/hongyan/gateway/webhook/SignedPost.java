package io.hongyan.gateway.webhook;

import io.hongyan.common.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Posts JSON to an internal system, signed as Standard Webhooks (standardwebhooks.com) say: headers
 * {@code webhook-id}, {@code webhook-timestamp} (epoch seconds) and {@code webhook-signature}.
 * Never tries again and follows no redirect. An address that is not on the public Internet is
 * refused unless the settings allow it. Thread-safe.
 */
@Component
public class SignedPost implements DisposableBean {

  private static final Duration RESERVE = Duration.ofSeconds(5);
  private static final int ANSWER_LIMIT = 64 * 1024;
  // Then a host is looked up again.
  private static final TimeValue CONNECTION_LIFE = TimeValue.ofMinutes(5);
  private static final TimeValue IDLE_LIFE = TimeValue.ofSeconds(30);

  private final CheckedDnsResolver dns;
  private final CloseableHttpClient http;
  private final Clock clock;

  @Autowired
  SignedPost(OutboundProperties properties, Clock clock) {
    this(properties, clock, SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * @param lookup gives a host's addresses, which are then checked
   */
  SignedPost(OutboundProperties properties, Clock clock, DnsResolver lookup) {
    this.clock = clock;
    this.dns =
        new CheckedDnsResolver(
            properties.allowPrivateAddresses(), properties.connectTimeout(), lookup);
    this.http = client(properties, dns);
  }

  private static CloseableHttpClient client(OutboundProperties properties, DnsResolver dns) {
    return HttpClientBuilder.create()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(dns)
                .setMaxConnPerRoute(properties.connectionsPerHost())
                .setMaxConnTotal(properties.connections())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(properties.connectTimeout()))
                        .setTimeToLive(CONNECTION_LIFE)
                        // Each time: a post that meets a connection that the other side has
                        // closed would have failed for nothing.
                        .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
                        .build())
                .build())
        // The address that was checked is the one that is called, whatever proxy the JVM is told.
        .setRoutePlanner(new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE))
        .evictIdleConnections(IDLE_LIFE)
        .setUserAgent("Hongyan")
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        // A small answer must not become a large one.
        .disableContentCompression()
        .build();
  }

  /**
   * Posts once.
   *
   * @param secret {@code whsec_} and base64
   * @param id the same each time that the same thing is posted, so that the receiver can tell
   * @param headers others to send
   * @param timeout for all of it, from the look-up of the host to the end of the answer
   * @return whatever was answered, errors included
   * @throws IOException if no complete answer came in time, or one of more than 64 KiB; the post
   *     may have been received. Its message names the host, never the rest of the URL.
   * @throws IllegalArgumentException if the secret is not one
   */
  public Response post(
      URI url, Secret secret, String id, Map<String, String> headers, byte[] json, Duration timeout)
      throws IOException, InterruptedException {
    return exchange(
        request(url, secret, id, headers, json, timeout),
        timeout,
        answer -> {
          byte[] body = read(answer);
          if (body.length > ANSWER_LIMIT) {
            throw new IOException("the answer is longer than %d bytes".formatted(ANSWER_LIMIT));
          }
          return new Response(answer.getCode(), body);
        });
  }

  /** As above, where only the answer's status matters, however long the answer is. */
  int postForStatus(URI url, Secret secret, String id, byte[] json, Duration timeout)
      throws IOException, InterruptedException {
    return exchange(
        request(url, secret, id, Map.of(), json, timeout),
        timeout,
        answer -> {
          read(answer); // up to its end the connection can be used again
          return answer.getCode();
        });
  }

  private HttpPost request(
      URI url,
      Secret secret,
      String id,
      Map<String, String> headers,
      byte[] json,
      Duration timeout) {
    long now = clock.instant().getEpochSecond();
    HttpPost request = new HttpPost(url);
    headers.forEach(request::setHeader);
    request.setHeader("webhook-id", id);
    request.setHeader("webhook-timestamp", now);
    request.setHeader("webhook-signature", SigningSecret.sign(secret, id, now, json));
    request.setEntity(new ByteArrayEntity(json, ContentType.APPLICATION_JSON));
    // Later than the end of all of it, and only in case that one fails to break it off.
    Timeout reserve = Timeout.of(timeout.plus(RESERVE));
    request.setConfig(
        RequestConfig.custom()
            .setConnectionRequestTimeout(reserve)
            .setResponseTimeout(reserve)
            .build());
    return request;
  }

  // The client's own timeouts are for each wait by itself: an answer that drips would never end.
  private <T> T exchange(HttpPost request, Duration timeout, AnswerReader<T> reader)
      throws IOException, InterruptedException {
    FutureTask<T> exchange = new FutureTask<>(() -> execute(request, reader));
    Thread.ofVirtual().name("signed-post").start(exchange);
    boolean ended = false;
    try {
      T result = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      ended = true;
      return result;
    } catch (TimeoutException e) {
      throw new SocketTimeoutException("no complete answer within " + timeout);
    } catch (ExecutionException e) {
      ended = true;
      throw failure(e);
    } finally {
      if (!ended) {
        exchange.cancel(true);
        request.cancel();
      }
    }
  }

  private static IOException failure(ExecutionException failed) {
    if (failed.getCause() instanceof IOException cause) {
      return cause;
    }
    if (failed.getCause() instanceof HttpException cause) {
      return new IOException("the answer is not HTTP", cause);
    }
    throw new IllegalStateException("a post broke", failed);
  }

  private <T> T execute(HttpPost request, AnswerReader<T> reader)
      throws IOException, HttpException {
    try (ClassicHttpResponse answer =
        http.executeOpen(RoutingSupport.determineHost(request), request, null)) {
      return reader.read(answer);
    }
  }

  /** One byte more than the limit if there is more. */
  private static byte[] read(ClassicHttpResponse answer) throws IOException {
    HttpEntity entity = answer.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    InputStream content = entity.getContent();
    return content == null ? new byte[0] : content.readNBytes(ANSWER_LIMIT + 1);
  }

  @Override
  public void destroy() throws IOException {
    http.close();
    dns.close();
  }

  /**
   * What was answered.
   *
   * @param status HTTP status
   * @param body at most 64 KiB
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Response(int status, byte[] body) {}

  /** Makes something of an open answer. */
  private interface AnswerReader<T> {
    T read(ClassicHttpResponse answer) throws IOException;
  }
}
