package io.hongyan.chaos.stack;

import io.hongyan.stack.http.Answer;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The simulator's own controls: how it behaves from now on, and what it has seen. */
public final class WeChat {

  private static final String SEND = "/cgi-bin/message/template/send";

  private final HttpCalls http;

  public WeChat(URI simulator) {
    this.http = HttpCalls.to(simulator);
  }

  /** Forgets messages, counts, faults and settings; accounts and tokens stay. */
  public void reset() {
    call("POST", "/_sim/reset", null);
  }

  /** Answers after this time, and drops repeats as long as {@link Stack} says. */
  public void setLatency(Duration latency, Duration jitter) {
    call(
        "PUT",
        "/_sim/settings",
        "{\"latencyMs\":%d,\"jitterMs\":%d,\"clientMsgIdWindowSeconds\":%d}"
            .formatted(
                latency.toMillis(), jitter.toMillis(), Stack.WECHAT_DROPS_REPEATS.toSeconds()));
  }

  /** How many messages each account may send a day; it has sent some already. */
  public void setDailyLimit(int messages) {
    call("PUT", "/_sim/settings", "{\"dailyLimit\":%d}".formatted(messages));
  }

  /** The next sends are refused with this errcode. */
  public void refuse(int errcode, int times) {
    fault(times, object().put("type", "errcode").put("errcode", errcode));
  }

  /** The next sends are accepted, and answered later than any sender waits. */
  public void acceptTooLate(Duration delay, int times) {
    fault(times, object().put("type", "delay").put("ms", delay.toMillis()).put("accept", true));
  }

  /** The next sends are accepted, then the connection breaks without an answer. */
  public void loseReplies(int times) {
    fault(times, object().put("type", "lostReply"));
  }

  /** The next sends are answered with this status. */
  public void answerStatus(int status, boolean accept, int times) {
    fault(times, object().put("type", "status").put("status", status).put("accept", accept));
  }

  /** Messages accepted since the last reset. */
  public int accepted() {
    return stats().get("accepted").asInt();
  }

  /** Sends of a message that had been accepted before, dropped as WeChat does. */
  public int suppressed() {
    return stats().get("suppressed").asInt();
  }

  /** Refusals with this errcode, of any call. */
  public int rejected(int errcode) {
    return stats().path("rejected").path(Integer.toString(errcode)).asInt(0);
  }

  /** Answered token calls of all accounts. */
  public int tokenFetches() {
    int fetches = 0;
    for (JsonNode account : stats().get("tokenFetches")) {
      fetches += account.asInt();
    }
    return fetches;
  }

  private JsonNode stats() {
    return call("GET", "/_sim/stats", null).json();
  }

  private static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  private void fault(int times, ObjectNode fault) {
    ObjectNode rule = object().put("path", SEND).put("times", times);
    rule.set("fault", fault);
    call("POST", "/_sim/faults", JsonMapper.shared().createArrayNode().add(rule).toString());
  }

  private Answer call(String method, String path, @Nullable String json) {
    try {
      return http.call(method, path, json).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator does not answer", e);
    }
  }
}
