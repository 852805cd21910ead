package io.hongyan.gateway.callback;

import io.hongyan.gateway.callback.AccountReplies.Target;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Answers by the account's rules: the first keyword rule that fits a text, or the welcome to a new
 * follower; else its internal system, if it has one; else the default rule. Who unfollows cannot be
 * answered any more. Thread-safe.
 */
@Component
class AutoReplies implements MessageHandler {

  // Other events are the phone's or WeChat's own doing, and a reply to them would come unasked.
  private static final Set<String> ASKED_FOR = Set.of("subscribe", "scan", "click");
  private static final String NOBODY = "none";
  private static final String INTERNAL_SYSTEM = "forward";

  private final AutoReplyRegistry registry;
  private final Forwards forwards;
  private final ReplyProperties properties;
  private final MeterRegistry meters;

  AutoReplies(
      AutoReplyRegistry registry,
      Forwards forwards,
      ReplyProperties properties,
      MeterRegistry meters) {
    this.registry = registry;
    this.forwards = forwards;
    this.properties = properties;
    this.meters = meters;
  }

  @Override
  public Handled handle(WeChatMessage message) throws InterruptedException {
    if (message.isEvent("unsubscribe")) {
      return nothing();
    }
    AccountReplies replies = registry.of(message.account());
    @Nullable Target target = replies.target();
    Optional<AutoReplyRule> rule = firstThatFits(replies, message);
    PassiveReply reply = rule.map(AutoReplyRule::reply).orElse(null);
    if (rule.isPresent() && reply != null) {
      return replied(rule.get(), reply);
    }
    return target != null
        ? forwarded(target, replies, message)
        : byDefault(replies, message)
            .map(found -> replied(found.rule(), found.reply()))
            .orElseGet(AutoReplies::nothing);
  }

  private Optional<AutoReplyRule> firstThatFits(AccountReplies replies, WeChatMessage message) {
    String text = message.content();
    List<AutoReplyRule> candidates =
        message.isEvent("subscribe")
            ? replies.subscribes()
            : message.type().equalsIgnoreCase("text") && text != null
                ? replies.keywords()
                : List.of();
    long end = System.nanoTime() + properties.regexesTimeout().toNanos();
    return candidates.stream()
        .filter(rule -> !rule.forwards() || replies.target() != null)
        .filter(rule -> rule.occasion() != Occasion.KEYWORD || fits(rule, text, end))
        .findFirst();
  }

  private boolean fits(AutoReplyRule rule, @Nullable String text, long endNanos) {
    return text != null
        && rule.fits(
            text, endNanos, () -> meters.counter("hongyan.callback.slow.regexes").increment());
  }

  private Handled forwarded(Target target, AccountReplies replies, WeChatMessage message)
      throws InterruptedException {
    KeptReply answer = forwards.ask(target, message);
    if (answer.result() != Result.FAILED) {
      return new Handled(INTERNAL_SYSTEM, answer);
    }
    return new Handled(
        INTERNAL_SYSTEM,
        new KeptReply(Result.FAILED, byDefault(replies, message).map(Default::reply).orElse(null)));
  }

  /** The default rule, if it has a reply of its own and the follower expects one. */
  private static Optional<Default> byDefault(AccountReplies replies, WeChatMessage message) {
    boolean asked =
        !message.type().equalsIgnoreCase("event") || ASKED_FOR.stream().anyMatch(message::isEvent);
    if (asked) {
      for (AutoReplyRule rule : replies.defaults()) {
        PassiveReply reply = rule.reply();
        if (reply != null) {
          return Optional.of(new Default(rule, reply));
        }
      }
    }
    return Optional.empty();
  }

  private static Handled replied(AutoReplyRule rule, PassiveReply reply) {
    return new Handled(rule.handler(), new KeptReply(Result.REPLIED, reply));
  }

  private static Handled nothing() {
    return new Handled(NOBODY, new KeptReply(Result.NOTHING, null));
  }

  /** A default rule and its reply. */
  private record Default(AutoReplyRule rule, PassiveReply reply) {}
}
