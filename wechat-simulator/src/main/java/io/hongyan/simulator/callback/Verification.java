package io.hongyan.simulator.callback;

import io.hongyan.simulator.account.Callback;
import io.hongyan.simulator.settings.LiveSettings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** WeChat's question, when a callback is entered in its console, whether the address is right. */
public final class Verification {

  private static final int OK = 200;

  private final Clock clock;
  private final LiveSettings settings;
  private final CallbackClient client;

  public Verification(Clock clock, LiveSettings settings, CallbackClient client) {
    this.clock = clock;
    this.settings = settings;
    this.client = client;
  }

  /**
   * What an address answered.
   *
   * @param status 0 = nothing in time
   */
  public record Result(boolean ok, int status, String answer) {}

  /**
   * Asks every address, one after the other; the first that is wrong, else the last one's answer.
   */
  public Result verify(Callback callback) {
    Result result = new Result(false, 0, "");
    for (URI url : callback.urls()) {
      result = verify(callback, url);
      if (!result.ok()) {
        break;
      }
    }
    return result;
  }

  private Result verify(Callback callback, URI url) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String echostr = Long.toString(random.nextLong(1L << 62));
    CallbackRequest question =
        CallbackRequest.verification(
            callback,
            clock.instant().getEpochSecond(),
            Long.toString(random.nextLong(1L << 32)),
            echostr);
    CompletableFuture<HttpAnswer> answered = new CompletableFuture<>();
    client.execute(
        () ->
            client.send(
                List.of(url), question, settings.current().posts().timeout(), answered::complete));
    return switch (answered.join()) {
      case HttpAnswer.Complete complete -> {
        String answer = new String(complete.body(), StandardCharsets.UTF_8);
        yield new Result(
            complete.status() == OK && answer.equals(echostr), complete.status(), answer);
      }
      case HttpAnswer.TimedOut late -> new Result(false, 0, "");
      case HttpAnswer.Closed closed -> new Result(false, 0, "");
    };
  }
}
