package io.hongyan.sender.wechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.MiniProgram;
import io.hongyan.common.message.PushMessage.TemplateValue;
import io.hongyan.common.secret.Secret;
import io.hongyan.sender.Samples;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What goes over the wire, and what each way of getting no answer means. */
class WeChatClientTest {

  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final AccessToken TOKEN = new AccessToken("84_secretTokenOfTheAccount");
  private static final String OK = "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":200228332}";

  private final MockWebServer server = new MockWebServer();
  private final PushMessage message = Samples.message(BatchId.create(), 1);
  private WeChatClient client = WeChatClients.to(URI.create("http://localhost"), TIMEOUT);

  @BeforeEach
  void start() throws IOException {
    server.start();
    client = WeChatClients.to(server.url("/").uri(), TIMEOUT);
  }

  @AfterEach
  void stop() {
    client.destroy();
    server.close();
  }

  @Test
  void sendsTheMessageAsUtf8JsonOfKnownLength() throws Exception {
    answer(OK);

    client.sendTemplate(TOKEN, message);

    RecordedRequest request = request();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getTarget())
        .isEqualTo("/cgi-bin/message/template/send?access_token=" + TOKEN.reveal());
    assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
    assertThat(request.getHeaders().get("Content-Length"))
        .isEqualTo(String.valueOf(request.getBodySize()));
    JsonNode body = body(request);
    assertThat(body.get("client_msg_id").stringValue()).isEqualTo(message.id().toString());
    assertThat(body.get("touser").stringValue()).isEqualTo("o1");
    assertThat(body.get("template_id").stringValue()).isEqualTo(Samples.WECHAT_TEMPLATE);
    assertThat(body.at("/data/thing1/value").stringValue()).isEqualTo("耳机🎧");
    assertThat(body.has("miniprogram")).isFalse();
  }

  @Test
  void aMillionCharactersStillHaveALength() throws Exception {
    answer(OK);

    client.sendTemplate(
        TOKEN, with(Map.of("thing1", new TemplateValue("长".repeat(1_000_000), null))));

    RecordedRequest request = request();
    assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
    assertThat(request.getHeaders().get("Content-Length"))
        .isEqualTo(String.valueOf(request.getBodySize()));
    assertThat(request.getBodySize()).isGreaterThan(3_000_000);
  }

  @Test
  void tokenAndQuotaCallsHaveALengthToo() throws Exception {
    answer("{\"access_token\":\"84_new\",\"expires_in\":7200}");
    answer("{\"errcode\":0,\"quota\":{\"daily_limit\":100,\"used\":30,\"remain\":70}}");
    AccountCalls calls = new AccountCalls(client);

    client.fetchToken("wx1", new Secret(Samples.SECRET), true);
    AccountCalls.QuotaReply quota = calls.fetchSendQuota(TOKEN);

    assertThat(quota).isEqualTo(new AccountCalls.QuotaReply(100, 30, 70, null));
    for (int i = 0; i < 2; i++) {
      RecordedRequest request = request();
      assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
      assertThat(request.getHeaders().get("Content-Length"))
          .isEqualTo(String.valueOf(request.getBodySize()));
    }
  }

  @Test
  void aMsgidBeyondDoublesStaysExact() throws Exception {
    answer("{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":3599307433715204105}");

    WeChatReply reply = client.sendTemplate(TOKEN, message);

    assertThat(reply.msgid()).isEqualTo(3_599_307_433_715_204_105L);
  }

  @Test
  void jsonCountsWhateverItsContentTypeSays() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", "text/plain; charset=ISO-8859-1")
            .body("{\"errcode\":47003,\"errmsg\":\"参数错误 rid: 1-2-3\"}")
            .build());

    WeChatReply reply = client.sendTemplate(TOKEN, message);

    assertThat(reply.errcode()).isEqualTo(47003);
    assertThat(reply.errmsg()).isEqualTo("参数错误 rid: 1-2-3");
  }

  @Test
  void anAbsentErrcodeIsZeroWhereThereIsAMsgid() throws Exception {
    answer("{\"msgid\":5}");

    assertThat(client.sendTemplate(TOKEN, message).errcode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>502</html>", "", "{}", "null", "[]", "{\"errcode\":", "\"ok\""})
  void aBodyThatIsNotWeChatsHasNoErrcode(String body) throws Exception {
    answer(body);

    WeChatReply reply = client.sendTemplate(TOKEN, message);

    assertThat(reply.errcode()).isNull();
    assertThat(reply.httpStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 408, 412, 500, 502, 503, 504})
  void anyOtherStatusHasNoErrcodeAndIsAskedOnce(int status) throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .code(status)
            .addHeader("Location", "/elsewhere")
            .addHeader("Retry-After", "0")
            .body(OK)
            .build());
    answer(OK);

    WeChatReply reply = client.sendTemplate(TOKEN, message);

    assertThat(reply.httpStatus()).isEqualTo(status);
    assertThat(reply.errcode()).isNull();
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aRefusedConnectionWasNotSent() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    WeChatClient nobody = WeChatClients.to(URI.create("http://127.0.0.1:" + freePort), TIMEOUT);

    assertThatThrownBy(() -> nobody.sendTemplate(TOKEN, message))
        .isInstanceOf(NotSentException.class);

    nobody.destroy();
  }

  @Test
  void theProxyOfTheJvmIsAsked() throws Exception {
    answer(OK);
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(ProxySelector.of(server.getSocketAddress()));
    try {
      WeChatClient through = WeChatClients.to(URI.create("http://wechat.invalid"), TIMEOUT);

      through.sendTemplate(TOKEN, message);

      assertThat(request().getHeaders().get("Host")).isEqualTo("wechat.invalid");
      through.destroy();
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void aProxyThatRefusesLeavesItUnsent() {
    server.enqueue(new MockResponse.Builder().code(503).build());
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(ProxySelector.of(server.getSocketAddress()));
    try {
      WeChatClient through = WeChatClients.to(URI.create("https://wechat.invalid"), TIMEOUT);

      assertThatThrownBy(() -> through.sendTemplate(TOKEN, message))
          .isInstanceOf(NotSentException.class);

      through.destroy();
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  @Test
  void aConnectionCutAfterTheRequestLeavesItInDoubt() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());

    isInDoubt(catchThrowable(() -> client.sendTemplate(TOKEN, message)));

    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void aReplyCutInItsMiddleLeavesItInDoubt() {
    server.enqueue(
        new MockResponse.Builder().body(OK).onResponseBody(new SocketEffect.CloseSocket()).build());

    isInDoubt(catchThrowable(() -> client.sendTemplate(TOKEN, message)));
  }

  @Test
  void aSlowReplyLeavesItInDoubt() {
    server.enqueue(new MockResponse.Builder().headersDelay(3, TimeUnit.SECONDS).body(OK).build());

    isInDoubt(catchThrowable(() -> client.sendTemplate(TOKEN, message)));

    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  @Timeout(10)
  void aReplyThatTricklesInLeavesItInDoubt() {
    server.enqueue(
        new MockResponse.Builder()
            .body(OK)
            .throttleBody(1, TIMEOUT.toMillis() / 2, TimeUnit.MILLISECONDS)
            .build());

    isInDoubt(catchThrowable(() -> client.sendTemplate(TOKEN, message)));
  }

  @Test
  @Timeout(10)
  void anEndlessReplyLeavesItInDoubt() {
    server.enqueue(new MockResponse.Builder().body("x".repeat(5 << 20)).build());
    WeChatClient patient = WeChatClients.to(server.url("/").uri(), Duration.ofSeconds(20));

    isInDoubt(catchThrowable(() -> patient.sendTemplate(TOKEN, message)));

    patient.destroy();
  }

  @Test
  void aConnectionThatWentStaleInThePoolLeavesItInDoubtAndIsNotResent() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ServerSocket forgetful = new ServerSocket(0)) {
      Thread.ofVirtual().start(() -> answerEachOnAConnectionOfItsOwn(forgetful, closed));
      WeChatClient again =
          WeChatClients.to(URI.create("http://127.0.0.1:" + forgetful.getLocalPort()), TIMEOUT);
      assertThat(again.sendTemplate(TOKEN, message).msgid()).isEqualTo(1);
      closed.await();

      isInDoubt(catchThrowable(() -> again.sendTemplate(TOKEN, message)));

      assertThat(again.sendTemplate(TOKEN, message).msgid()).as("requests seen").isEqualTo(2);
      again.destroy();
    }
  }

  @Test
  void aPooledConnectionThatBreaksUnderTheRequestIsNotSentAgain() throws Exception {
    answer(OK);
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    answer(OK);
    client.sendTemplate(TOKEN, message);

    Throwable failure = catchThrowable(() -> client.sendTemplate(TOKEN, message));

    isInDoubt(failure);
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void twoHundredConnectionsAreKept() throws Exception {
    CyclicBarrier together = new CyclicBarrier(200);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            meet(together);
            return new MockResponse.Builder().body(OK).build();
          }
        });
    WeChatClient patient = WeChatClients.to(server.url("/").uri(), Duration.ofSeconds(20));

    for (int round = 0; round < 3; round++) {
      sendAtOnce(patient, 200);
    }

    Set<Integer> connections = new HashSet<>();
    for (int i = 0; i < 600; i++) {
      connections.add(request().getConnectionIndex());
    }
    assertThat(connections).hasSize(200);
    patient.destroy();
  }

  @Test
  void theTokenIsInNoErrmsg() throws Exception {
    String page = "x".repeat(190) + " /send?access_token=" + TOKEN.reveal();
    answer(
        "{\"errcode\":40066,\"errmsg\":\"invalid url ?access_token=%s\"}"
            .formatted(TOKEN.reveal()));
    server.enqueue(new MockResponse.Builder().code(502).body(page).build());

    WeChatReply refused = client.sendTemplate(TOKEN, message);
    WeChatReply unreadable = client.sendTemplate(TOKEN, message);

    assertThat(refused.errmsg()).contains("invalid url").doesNotContain("84_");
    assertThat(unreadable.errmsg()).contains("xxx").doesNotContain("84_");
  }

  @Test
  void tokensAndSecretsAreInNoException() {
    String leaky =
        "{\"errcode\":48001,\"errmsg\":\"%s %s\"}".formatted(TOKEN.reveal(), Samples.SECRET);
    String cutOff = "{\"access_token\":\"84_freshToken\",\"expires_in\":72";
    String page =
        "<html>/token?secret=%s&access_token=%s".formatted(Samples.SECRET, TOKEN.reveal());
    for (String body : List.of(leaky, cutOff, page)) {
      for (int call = 0; call < 4; call++) {
        answer(body);
      }

      AccountCalls calls = new AccountCalls(client);
      List<@Nullable Throwable> failures = new ArrayList<>();
      failures.add(
          catchThrowable(() -> client.fetchToken("wx1", new Secret(Samples.SECRET), true)));
      failures.add(
          catchThrowable(() -> client.fetchToken("wx1", new Secret(Samples.SECRET), false)));
      failures.add(catchThrowable(() -> calls.fetchSendQuota(TOKEN)));
      failures.add(catchThrowable(() -> calls.fetchTemplates(TOKEN)));

      String tokenCalls = failures.get(0) + " " + failures.get(1);
      String otherCalls = failures.get(2) + " " + failures.get(3);
      assertThat(failures).doesNotContainNull();
      assertThat(tokenCalls).doesNotContain(Samples.SECRET).doesNotContain("84_fresh");
      assertThat(otherCalls).doesNotContain(TOKEN.reveal());
    }
  }

  @Test
  void theTokenIsInNoExceptionOfASend() {
    server.enqueue(
        new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build());
    server.enqueue(new MockResponse.Builder().headersDelay(3, TimeUnit.SECONDS).body(OK).build());

    for (int call = 0; call < 2; call++) {
      Throwable failure = catchThrowable(() -> client.sendTemplate(TOKEN, message));

      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        assertThat(cause.toString()).doesNotContain("84_");
      }
    }
    assertThat(TOKEN).hasToString("***");
  }

  @Test
  void aMiniProgramTravelsWithItsPath() throws Exception {
    answer(OK);

    client.sendTemplate(TOKEN, with(new MiniProgram("wx9", "index?a=1")));

    assertThat(body(request()).at("/miniprogram/pagepath").stringValue()).isEqualTo("index?a=1");
  }

  /** Replies with the number of the request as msgid, then closes the connection. */
  private static void answerEachOnAConnectionOfItsOwn(ServerSocket server, CountDownLatch closed) {
    for (int requests = 1; requests <= 3; requests++) {
      try (Socket socket = server.accept()) {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("}}}")) {
          int next = socket.getInputStream().read();
          read.append((char) next);
        }
        String body = "{\"errcode\":0,\"msgid\":%d}".formatted(requests);
        String reply =
            "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
        socket.getOutputStream().write(reply.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The test is over and has closed the server.
        return;
      }
      closed.countDown();
    }
  }

  private void sendAtOnce(WeChatClient through, int calls) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<WeChatReply>> replies = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        replies.add(threads.submit(() -> through.sendTemplate(TOKEN, message)));
      }
      for (Future<WeChatReply> reply : replies) {
        assertThat(reply.get().errcode()).isZero();
      }
    }
  }

  private static void meet(CyclicBarrier together) throws InterruptedException {
    try {
      together.await(15, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("not all calls came at once", e);
    }
  }

  private void answer(String body) {
    server.enqueue(new MockResponse.Builder().body(body).build());
  }

  private RecordedRequest request() throws InterruptedException {
    RecordedRequest request = server.takeRequest(5, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  private static JsonNode body(RecordedRequest request) {
    ByteString body = request.getBody();
    if (body == null) {
      throw new AssertionError("no body came");
    }
    return JsonMapper.shared().readTree(body.utf8());
  }

  private static void isInDoubt(@Nullable Throwable failure) {
    assertThat(failure).isInstanceOf(IOException.class).isNotInstanceOf(NotSentException.class);
  }

  private PushMessage with(Map<String, TemplateValue> data) {
    return copy(null, data);
  }

  private PushMessage with(MiniProgram miniprogram) {
    return copy(miniprogram, message.data());
  }

  private PushMessage copy(@Nullable MiniProgram miniprogram, Map<String, TemplateValue> data) {
    return new PushMessage(
        message.id(),
        message.account(),
        message.template(),
        message.wechatTemplateId(),
        message.openid(),
        message.ref(),
        message.url(),
        miniprogram,
        data,
        null,
        0,
        0,
        false);
  }
}
