package io.hongyan.gateway.senders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hongyan.common.secret.InternalKey;
import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.web.ProblemException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The calls on senders that answer, that do not, and that answer what they should not. */
@ExtendWith(OutputCaptureExtension.class)
class SenderCallsTest {

  private static final Secret MASTER_KEY =
      new Secret(Base64.getEncoder().encodeToString(new byte[32]));
  private static final String OK = "{\"text\":\"T0KEN\",\"newInALaterVersion\":1}";

  private final MockWebServer first = new MockWebServer();
  private final MockWebServer second = new MockWebServer();
  private final List<SenderCalls> opened = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    first.start();
    second.start();
  }

  @AfterEach
  void stop() {
    opened.forEach(SenderCalls::destroy);
    first.close();
    second.close();
  }

  @Test
  void callsWithTheCredentialAndABodyOfKnownLength() throws Exception {
    first.enqueue(answer(200, OK));

    Text answer =
        calls(url(first)).post("mall", "access-token/refused", Map.of("a", "耳机"), Text.class);

    assertThat(answer.text()).isEqualTo("T0KEN");
    RecordedRequest request = first.takeRequest();
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getTarget()).isEqualTo("/internal/accounts/mall/access-token/refused");
    assertThat(request.getHeaders().get("Authorization"))
        .isEqualTo(InternalKey.ofMasterKey(MASTER_KEY).header().reveal());
    assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
    assertThat(request.getHeaders().get("Transfer-Encoding")).isNull();
    assertThat(Objects.requireNonNull(request.getBody()).utf8()).isEqualTo("{\"a\":\"耳机\"}");
  }

  @Test
  void triesTheNextWhereOneCannotBeReachedAndStaysThere() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String gone = "http://127.0.0.1:" + taken.getLocalPort();
      taken.close();
      second.enqueue(answer(200, OK));
      second.enqueue(answer(204, ""));
      SenderCalls calls = calls(gone, url(second));

      calls.get("mall", "industry", Text.class);
      calls.change("mall", "clear-quota", null);

      assertThat(second.getRequestCount()).isEqualTo(2);
    }
  }

  @Test
  void nobodyThereIs503WithRetryAfter() {
    String gone = url(first);
    first.close();

    for (ProblemException problem :
        List.of(
            problem(() -> calls(gone).get("mall", "quota", Text.class)),
            problem(() -> calls(gone).change("mall", "clear-quota", null)))) {
      assertThat(problem.name()).isEqualTo("sender-away");
      assertThat(problem.status().value()).isEqualTo(503);
      assertThat(SenderProblems.leaveDoubt(problem)).isFalse();
    }
  }

  @Test
  void aQuestionWhoseConnectionBreaksIsAskedOfTheNext() {
    first.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return cut();
          }
        });
    second.enqueue(answer(200, OK));

    assertThat(calls(url(first), url(second)).get("mall", "quota", Text.class).text())
        .isEqualTo("T0KEN");
  }

  @Test
  void aChangeWhoseConnectionBreaksIsNotMadeAgain() {
    first.enqueue(cut());

    ProblemException problem =
        problem(() -> calls(url(first), url(second)).change("mall", "clear-quota", null));

    assertThat(problem.name()).isEqualTo("sender-no-answer");
    assertThat(SenderProblems.leaveDoubt(problem)).isTrue();
    assertThat(first.getRequestCount()).isEqualTo(1);
    assertThat(second.getRequestCount()).isZero();
  }

  @Test
  void aPooledConnectionThatBreaksUnderAChangeDoesNotMakeItTwice() {
    first.enqueue(answer(200, OK));
    first.enqueue(cut());
    SenderCalls calls = calls(url(first));
    calls.get("mall", "quota", Text.class);

    ProblemException problem = problem(() -> calls.change("mall", "clear-quota", null));

    assertThat(problem.name()).isEqualTo("sender-no-answer");
    assertThat(first.getRequestCount()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSlowAnswerIsNotWaitedForForever(boolean afterTheHead) {
    MockResponse.Builder slow = new MockResponse.Builder().body(OK);
    first.enqueue(
        (afterTheHead
                ? slow.bodyDelay(20, TimeUnit.SECONDS)
                : slow.headersDelay(20, TimeUnit.SECONDS))
            .build());

    ProblemException problem =
        problem(() -> calls(url(first), url(second)).get("mall", "quota", Text.class));

    assertThat(problem.name()).isEqualTo("sender-away");
    assertThat(second.getRequestCount()).as("WeChat is slow, so the next would be too").isZero();
  }

  @Test
  void whatWeChatRefusesIs422WithItsWordsAndAdvice() {
    first.enqueue(answer(422, "{\"errcode\":40102,\"errmsg\":\"invalid industry id rid: 1-2\"}"));

    ProblemException problem =
        problem(() -> calls(url(first)).change("mall", "industry", Map.of()));

    assertThat(problem.status().value()).isEqualTo(422);
    assertThat(problem.name()).isEqualTo("wechat-refused");
    assertThat(problem).hasMessageContaining("40102").hasMessageContaining("rid: 1-2");
    assertThat(SenderProblems.leaveDoubt(problem)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "40102, industr",
    "40103, industr",
    "40246, keyword",
    "40247, library",
    "43100, once a month",
    "48006, ten clearings",
    "45009, calls of this kind",
    "40013, appId",
    "-1,    in a minute",
    "40125, app secret",
    "99999, rid"
  })
  void theAdviceIsForWhoManagesNotForWhoSends(int errcode, String says) {
    ProblemException problem = SenderProblems.refused(new SenderCalls.Refusal(errcode, null));

    assertThat(problem).hasMessageContaining("errcode " + errcode).hasMessageContaining(says);
  }

  @Test
  void whatTheSenderCannotReachIs503AndLeavesDoubtOfAChange() {
    for (int i = 0; i < 2; i++) {
      first.enqueue(answer(503, "{\"error\":\"WeChat did not answer\"}"));
    }
    first.enqueue(answer(503, "{}"));
    SenderCalls calls = calls(url(first));

    ProblemException question = problem(() -> calls.get("mall", "quota", Text.class));
    ProblemException change = problem(() -> calls.change("mall", "clear-quota", null));
    ProblemException silent = problem(() -> calls.get("mall", "quota", Text.class));

    assertThat(question.name()).isEqualTo("wechat-away");
    assertThat(question)
        .hasMessageContaining("WeChat did not answer")
        .hasMessageContaining("Try again");
    assertThat(change).hasMessageContaining("may have done it or not");
    assertThat(SenderProblems.leaveDoubt(change)).isTrue();
    assertThat(silent.name()).isEqualTo("wechat-away");
  }

  @Test
  void anAccountThatTheSenderDoesNotKnowYetIs404() {
    first.enqueue(answer(404, ""));

    assertThat(problem(() -> calls(url(first)).get("mall", "quota", Text.class)).status().value())
        .isEqualTo(404);
  }

  @Test
  void anotherMasterKeyIsNamed(CapturedOutput output) {
    first.enqueue(answer(401, ""));

    ProblemException problem = problem(() -> calls(url(first)).get("mall", "quota", Text.class));

    assertThat(problem.status().value()).isEqualTo(502);
    assertThat(problem).hasMessageContaining("HONGYAN_MASTER_KEY");
    assertThat(output)
        .contains("HONGYAN_MASTER_KEY")
        .doesNotContain(InternalKey.ofMasterKey(MASTER_KEY).header().reveal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | <html>T0KEN</html>",
        "200 | {\"text\":{\"T0KEN\":1}}",
        "200 | {\"text\":null,\"x\":\"T0KEN\"}",
        "200 | {\"text\":\"T0KEN\"",
        "200 | ''",
        "500 | T0KEN",
        "302 | T0KEN",
        "422 | T0KEN",
        "422 | {\"errmsg\":\"T0KEN\"}",
        "503 | T0KEN"
      })
  void anAnswerThatIsNoSendersIs502AndNotQuotedAnywhere(
      int status, String body, CapturedOutput output) {
    first.enqueue(answer(status, body));

    ProblemException problem = problem(() -> calls(url(first)).get("mall", "quota", Text.class));

    StringWriter trace = new StringWriter();
    problem.printStackTrace(new PrintWriter(trace));
    assertThat(problem.name()).isEqualTo("sender-answer");
    assertThat(problem.status().value()).isEqualTo(502);
    assertThat(trace.toString() + output).doesNotContain("T0KEN");
  }

  private SenderCalls calls(String... urls) {
    SenderCalls calls =
        new SenderCalls(
            new SenderProperties(List.of(urls), Duration.ofSeconds(2), Duration.ofSeconds(1)),
            new InternalKeyProperties(MASTER_KEY));
    opened.add(calls);
    return calls;
  }

  private static ProblemException problem(Runnable call) {
    return catchThrowableOfType(ProblemException.class, call::run);
  }

  private static String url(MockWebServer server) {
    return server.url("/").toString();
  }

  private static MockResponse answer(int status, String body) {
    return new MockResponse.Builder().code(status).body(body).build();
  }

  private static MockResponse cut() {
    return new MockResponse.Builder().onResponseStart(new SocketEffect.CloseSocket()).build();
  }

  /** An answer of any call. */
  record Text(String text) {
    Text {
      Objects.requireNonNull(text);
    }
  }
}
