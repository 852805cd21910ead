package io.hongyan.sender.sync;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.gate.AccountChanged;
import io.hongyan.sender.sync.TemplateSyncMapper.LocalTemplate;
import io.hongyan.sender.token.TokenCalls;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.WeChatTemplate;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings {@code wechat_template} of an account in step with WeChat, and notes in each template of
 * ours what WeChat would refuse about it: batches that use it are refused then. Thread-safe.
 */
@Component
public class TemplateSync {

  private static final Logger log = LoggerFactory.getLogger(TemplateSync.class);

  // WeChat's own pages write some fields with blanks, "{ {thing1.DATA} }"; wechat-api 2.4.
  private static final Pattern FIELD =
      Pattern.compile("\\{\\s*\\{\\s*([A-Za-z0-9_]+)\\.DATA\\s*\\}\\s*\\}");

  private final TokenCalls calls;
  private final AccountCalls wechat;
  private final TemplateSyncMapper mapper;
  private final TransactionTemplate transaction;
  private final ApplicationEventPublisher events;

  TemplateSync(
      TokenCalls calls,
      AccountCalls wechat,
      TemplateSyncMapper mapper,
      TransactionTemplate transaction,
      ApplicationEventPublisher events) {
    this.calls = calls;
    this.wechat = wechat;
    this.mapper = mapper;
    this.transaction = transaction;
    this.events = events;
  }

  /**
   * Syncs the account's templates now. May be repeated. That there are none any more is not
   * believed; {@link #syncAfterDeletion} does.
   *
   * @throws org.springframework.dao.DataAccessException if the database is away; nothing changed
   */
  public Report sync(SenderAccount account)
      throws AccountCallException, IOException, InterruptedException {
    return sync(account, false);
  }

  /** As {@link #sync}, after a change at WeChat that may have left no template. */
  public Report syncAfterDeletion(SenderAccount account)
      throws AccountCallException, IOException, InterruptedException {
    return sync(account, true);
  }

  private Report sync(SenderAccount account, boolean mayBeNone)
      throws AccountCallException, IOException, InterruptedException {
    while (true) {
      OffsetDateTime listedAt = mapper.now();
      List<WeChatTemplate> listed = calls.call(account, wechat::fetchTemplates);
      if (listed.isEmpty() && !mayBeNone && mapper.hasAny(account.id())) {
        listed = calls.call(account, wechat::fetchTemplates);
        if (listed.isEmpty()) {
          throw new IOException(
              "WeChat twice listed no template at all; those that are known were kept, account="
                  + account.id());
        }
      }
      Report report = store(account, listedAt, listed);
      if (report != null) {
        return report;
      }
      log.info("templates read again, a newer list is stored account={}", account.id());
    }
  }

  /** Null if a list that was asked for later is stored already. */
  private @Nullable Report store(
      SenderAccount account, OffsetDateTime listedAt, List<WeChatTemplate> listed) {
    Map<String, WeChatTemplate> atWeChat = new TreeMap<>();
    listed.forEach(template -> atWeChat.put(template.id(), template));
    List<Change> changes = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    AtomicBoolean outdated = new AtomicBoolean();
    transaction.executeWithoutResult(
        status -> {
          mapper.lock(account.id());
          if (mapper.hasNewer(account.id(), listedAt)) {
            outdated.set(true);
            return;
          }
          replace(account.id(), listedAt, atWeChat.values());
          for (LocalTemplate local : mapper.findLocal(account.id())) {
            String problem = problem(local, atWeChat.get(local.wechatTemplateId()));
            if (problem != null) {
              problems.add(new Problem(local.id(), problem));
            }
            if (!Objects.equals(problem, local.problem())) {
              mapper.setProblem(account.id(), local.id(), problem);
              changes.add(new Change(local.id(), problem));
            }
          }
        });
    if (outdated.get()) {
      return null;
    }
    for (Change change : changes) {
      log.warn(
          "template {} account={} template={} problem={}",
          change.problem() == null ? "good again" : "flagged",
          account.id(),
          change.template(),
          change.problem());
    }
    if (!changes.isEmpty()) {
      events.publishEvent(new AccountChanged(account.id()));
    }
    log.info(
        "templates synced account={} at_wechat={} problems={}",
        account.id(),
        atWeChat.size(),
        problems.size());
    return new Report(atWeChat.size(), List.copyOf(problems));
  }

  private void replace(
      String account, OffsetDateTime listedAt, Collection<WeChatTemplate> templates) {
    mapper.deleteOthers(account, column(templates, WeChatTemplate::id));
    mapper.upsert(
        account,
        listedAt,
        column(templates, WeChatTemplate::id),
        column(templates, WeChatTemplate::title),
        column(templates, WeChatTemplate::content),
        column(templates, WeChatTemplate::example),
        column(templates, WeChatTemplate::primaryIndustry),
        column(templates, WeChatTemplate::deputyIndustry));
  }

  // PostgreSQL takes no NUL, and WeChat has let through stranger things.
  private static String[] column(
      Collection<WeChatTemplate> templates, Function<WeChatTemplate, String> column) {
    return templates.stream()
        .map(template -> column.apply(template).replace('\0', ' '))
        .toArray(String[]::new);
  }

  private static @Nullable String problem(LocalTemplate local, @Nullable WeChatTemplate atWeChat) {
    if (atWeChat == null) {
      return "vanished: WeChat no longer lists %s; PUT the template with one that it lists"
          .formatted(local.wechatTemplateId());
    }
    Set<String> theirs = fields(atWeChat.content());
    Set<String> ours = fields(local.content());
    // None found means that WeChat writes them in a way that is not known here.
    if (theirs.isEmpty() || theirs.equals(ours)) {
      return null;
    }
    return "changed: at WeChat its fields are %s, here %s; PUT the template with WeChat's content"
        .formatted(String.join(", ", theirs), String.join(", ", ours));
  }

  private static Set<String> fields(String content) {
    Set<String> fields = new TreeSet<>();
    Matcher found = FIELD.matcher(content);
    while (found.find()) {
      fields.add(found.group(1));
    }
    return fields;
  }

  /** What a sync found. */
  public record Report(int atWeChat, List<Problem> problems) {}

  /** A template of ours that WeChat would refuse, and why. */
  public record Problem(String template, String problem) {}

  private record Change(String template, @Nullable String problem) {}
}
