package io.hongyan.gateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.webhook.SignedPost.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLHandshakeException;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.ByteString;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedPostTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000), ZoneOffset.UTC);
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Secret SECRET =
      new Secret("whsec_" + Base64.getEncoder().encodeToString(KEY));
  private static final byte[] BODY = "{\"said\":\"你好\"}".getBytes(UTF_8);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofSeconds(1);

  private final MockWebServer server = new MockWebServer();
  private final List<SignedPost> opened = new ArrayList<>();
  private final SignedPost post = post(true, SystemDefaultDnsResolver.INSTANCE);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() throws IOException {
    for (SignedPost one : opened) {
      one.destroy();
    }
    server.close();
  }

  @Test
  void whatArrivesIsWhatWasSigned() throws Exception {
    server.enqueue(new MockResponse.Builder().code(201).body("{\"text\":\"hi\"}").build());

    Response answer =
        post.post(
            url("/hook?a=b%20c"), SECRET, "whd_7", Map.of("Idempotency-Key", "k"), BODY, LONG);

    RecordedRequest request = server.takeRequest();
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).asString().isEqualTo("{\"text\":\"hi\"}");
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getTarget()).isEqualTo("/hook?a=b%20c");
    assertThat(request.getHeaders().get("Content-Type")).startsWith("application/json");
    assertThat(request.getHeaders().get("Idempotency-Key")).isEqualTo("k");
    assertThat(request.getHeaders().get("webhook-id")).isEqualTo("whd_7");
    assertThat(request.getHeaders().get("webhook-timestamp")).isEqualTo("1800000000");
    assertThat(request.getHeaders().get("webhook-signature"))
        .isEqualTo("v1," + hmac("whd_7.1800000000." + new String(BODY, UTF_8)));
    assertThat(request.getBody()).isEqualTo(ByteString.of(BODY));
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 302, 410, 500})
  void everyStatusIsAnAnswerAndNoRedirectIsFollowed(int status) throws Exception {
    server.enqueue(
        new MockResponse.Builder().code(status).addHeader("Location", url("/other")).build());

    Response answer = send(post, url("/hook"), LONG);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEmpty();
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void neverTriesAgain() {
    server.enqueue(new MockResponse.Builder().code(503).addHeader("Retry-After", "0").build());

    assertThat(status(url("/hook"), LONG)).isEqualTo(503);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      server.enqueue(new MockResponse.Builder().body("x").build());
      assertThat(status(url("/hook"), LONG)).isEqualTo(200);
    }

    server.takeRequest();
    server.takeRequest();
    assertThat(server.takeRequest().getConnectionIndex()).isZero();
  }

  @Test
  void takesAnAnswerOf64KiBAndNoLongerOne() throws Exception {
    server.enqueue(new MockResponse.Builder().body("x".repeat(64 * 1024)).build());
    server.enqueue(new MockResponse.Builder().body("x".repeat(64 * 1024 + 1)).build());
    server.enqueue(new MockResponse.Builder().body("x".repeat(64 * 1024 + 1)).build());

    assertThat(send(post, url("/fits"), LONG).body()).hasSize(64 * 1024);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> send(post, url("/long"), LONG))
        .withMessageContaining("longer than 65536");
    assertThat(status(url("/status"), LONG)).isEqualTo(200);
  }

  @Test
  void aCompressedAnswerIsNotUnpacked() throws Exception {
    server.enqueue(
        new MockResponse.Builder().addHeader("Content-Encoding", "gzip").body("as it is").build());

    assertThat(send(post, url("/hook"), LONG).body()).asString().isEqualTo("as it is");
    assertThat(server.takeRequest().getHeaders().get("Accept-Encoding")).isNull();
  }

  @Test
  void theTimeoutHoldsForAnAnswerThatNeverEnds() throws Exception {
    // A byte each 50 ms: no single wait is long.
    server.enqueue(
        new MockResponse.Builder()
            .body("x".repeat(1_000))
            .throttleBody(1, 50, TimeUnit.MILLISECONDS)
            .build());
    server.enqueue(
        new MockResponse.Builder()
            .body("x".repeat(1_000))
            .throttleBody(1, 50, TimeUnit.MILLISECONDS)
            .build());
    server.enqueue(new MockResponse.Builder().body("next").build());

    assertTimesOut(() -> send(post, url("/drip"), SHORT));
    assertTimesOut(() -> post.postForStatus(url("/drip"), SECRET, "id", BODY, SHORT));
    assertThat(send(post, url("/next"), LONG).body()).asString().isEqualTo("next");
  }

  @Test
  void theTimeoutHoldsForAHostThatSaysNothing() throws Exception {
    // The first post takes long on a busy machine, perhaps longer than it may here.
    server.enqueue(new MockResponse.Builder().build());
    send(post, url("/"), LONG);
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      mute.setSoTimeout(10_000);
      URI url = URI.create("http://127.0.0.1:%d/".formatted(mute.getLocalPort()));

      assertTimesOut(() -> send(post, url, SHORT));

      try (Socket accepted = mute.accept()) {
        assertHangsUp(accepted);
      }
    }
  }

  @Test
  void anInterruptEndsItAndHangsUp() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ExecutorService caller = Executors.newSingleThreadExecutor()) {
      mute.setSoTimeout(10_000);
      URI url = URI.create("http://127.0.0.1:%d/".formatted(mute.getLocalPort()));
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Future<?> call =
          caller.submit(
              () -> {
                try {
                  send(post, url, LONG);
                } catch (IOException | InterruptedException e) {
                  thrown.set(e);
                }
              });
      try (Socket accepted = mute.accept()) {
        assertThat(accepted.getInputStream().read()).as("the post has begun").isEqualTo('P');

        call.cancel(true);

        assertHangsUp(accepted);
      }
      caller.shutdown();
      assertThat(caller.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001"
      })
  void aPrivateAddressIsNotConnectedTo(String host) {
    SignedPost strict = post(false, SystemDefaultDnsResolver.INSTANCE);
    server.enqueue(new MockResponse.Builder().build());

    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(
            () ->
                send(strict, URI.create("http://%s:%d/".formatted(host, server.getPort())), LONG));
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aHostWithOnePrivateAddressAmongOthersIsRefusedWithoutSayingWhich() throws Exception {
    SignedPost strict =
        post(false, resolver(InetAddress.getByName("8.8.8.8"), InetAddress.getLoopbackAddress()));

    assertThatExceptionOfType(AddressRefusedException.class)
        .isThrownBy(() -> send(strict, URI.create("http://two.example:1/"), LONG))
        .withMessage("the address of two.example is not on the public Internet");
  }

  @Test
  void theAddressThatWasCheckedIsTheOneThatIsCalled() throws Exception {
    server.enqueue(new MockResponse.Builder().build());
    // The system's resolver does not know it.
    SignedPost one = post(true, resolver(InetAddress.getLoopbackAddress()));

    Response answer =
        send(one, URI.create("http://erp.invalid:%d/".formatted(server.getPort())), LONG);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(server.takeRequest().getHeaders().get("Host"))
        .isEqualTo("erp.invalid:" + server.getPort());
  }

  @Test
  void aNameServerThatSaysNothingHoldsNobodyForLong() {
    CountDownLatch never = new CountDownLatch(1);
    DnsResolver mute =
        new Resolver() {
          @Override
          public InetAddress[] resolve(String host) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return new InetAddress[0];
          }
        };
    SignedPost slow = post(true, mute);

    assertTimesOut(() -> send(slow, URI.create("http://slow.invalid/"), SHORT));
    never.countDown();
  }

  @Test
  void anUnknownHostIsSaidWithoutTheRestOfTheUrl() {
    SignedPost one =
        post(
            true,
            new Resolver() {
              @Override
              public InetAddress[] resolve(String host) throws UnknownHostException {
                throw new UnknownHostException(host);
              }
            });

    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> send(one, URI.create("http://none.invalid/x?token=s3cret"), LONG))
        .withMessage("the address of none.invalid: not found");
  }

  @Test
  void aCertificateThatNobodyKnowsIsRefused(@TempDir Path directory) throws Exception {
    try (MockWebServer secure = new MockWebServer()) {
      secure.useHttps(SelfSigned.context(directory).getSocketFactory());
      secure.start();
      secure.enqueue(new MockResponse.Builder().build());
      URI url = URI.create("https://localhost:%d/".formatted(secure.getPort()));

      assertThatExceptionOfType(SSLHandshakeException.class)
          .isThrownBy(() -> send(post, url, LONG));
    }
  }

  @Test
  void aSecretThatIsNoneIsRefusedBeforeAnythingIsSent() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> post.post(url("/"), new Secret("no"), "id", Map.of(), BODY, LONG));
    assertThat(server.getRequestCount()).isZero();
  }

  // A timeout here would be one that says so.
  private static void assertHangsUp(Socket accepted) throws IOException {
    accepted.setSoTimeout(10_000);
    try {
      accepted.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      // An end, too.
    }
  }

  private static Response send(SignedPost sender, URI url, Duration timeout)
      throws IOException, InterruptedException {
    return sender.post(url, SECRET, "id", Map.of(), BODY, timeout);
  }

  private int status(URI url, Duration timeout) {
    try {
      return post.postForStatus(url, SECRET, "id", BODY, timeout);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertTimesOut(ThrowingCallable call) {
    long began = System.nanoTime();
    assertThatExceptionOfType(SocketTimeoutException.class)
        .isThrownBy(call)
        .withMessageContaining("no complete answer");
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(SHORT.minusMillis(1), Duration.ofSeconds(10));
  }

  private URI url(String path) {
    return server.url(path).uri();
  }

  private SignedPost post(boolean allowPrivate, DnsResolver resolver) {
    SignedPost made =
        new SignedPost(
            // So few that one which is not given back is missed.
            new OutboundProperties(allowPrivate, Duration.ofSeconds(5), 2, 2), CLOCK, resolver);
    opened.add(made);
    return made;
  }

  private static DnsResolver resolver(InetAddress... addresses) {
    return new Resolver() {
      @Override
      public InetAddress[] resolve(String host) {
        return addresses;
      }
    };
  }

  // Without the code under test.
  private static String hmac(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
  }

  /** Look-ups that a test makes up. */
  private abstract static class Resolver implements DnsResolver {
    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}
