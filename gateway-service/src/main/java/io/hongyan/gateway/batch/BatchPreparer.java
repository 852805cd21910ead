package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.audience.Audience;
import io.hongyan.gateway.audience.Audiences;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.ProblemException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a submission, checks all of it and writes its recipients into an open transaction; whether
 * they stay there is for {@link BatchIntake} to say. Thread-safe.
 */
@Component
class BatchPreparer {

  // Stands for everybody of an audience while its content is checked.
  private static final String SOMEBODY = "somebody";

  private final AccountRegistry accounts;
  private final Audiences audiences;
  private final IntakeProperties properties;
  private final Clock clock;

  BatchPreparer(
      AccountRegistry accounts, Audiences audiences, IntakeProperties properties, Clock clock) {
    this.accounts = accounts;
    this.audiences = audiences;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Answers 4xx if the batch as a whole cannot be done. What only a preview shows is left out: the
   * size of an audience, and samples.
   */
  PreparedBatch prepare(
      Submission submission, MeasuredBody body, BatchId id, IntakeTransaction transaction)
      throws SQLException {
    return prepare(submission, body, id, transaction, 0);
  }

  /** The same, with what people would see; openids only for who may read messages. */
  PreparedBatch preview(Submission submission, MeasuredBody body, IntakeTransaction transaction)
      throws SQLException {
    PreparedBatch batch =
        prepare(submission, body, BatchId.create(), transaction, DryRun.MOST_SAMPLES);
    return submission.apiKey().has(Scope.READ) ? batch : batch.withoutOpenids();
  }

  private PreparedBatch prepare(
      Submission submission,
      MeasuredBody body,
      BatchId id,
      IntakeTransaction transaction,
      int samples)
      throws SQLException {
    OpenedBody opened =
        OpenedBody.open(submission, body, properties.lineLimitBytes(), clock.instant());
    BatchSettings settings = settings(submission, opened.settings());
    Account account = findAccount(submission.apiKey(), settings);
    Template template = findTemplate(account, settings);
    Instant now = clock.instant();
    BatchState state = submission.schedule() == null ? settings.stateAt(now) : BatchState.SCHEDULED;
    return switch (opened.addressees()) {
      case Addressees.Listed listed ->
          written(listed.reader(), account, template, settings, state, id, transaction, samples);
      case Addressees.Testers testers ->
          written(
              new TesterReader(openids(account, testers.names()), testers.content()),
              account,
              template,
              settings,
              state,
              id,
              transaction,
              samples);
      case Addressees.Followers followers ->
          toFollowers(followers, account, template, settings, state, samples);
    };
  }

  private static BatchSettings settings(Submission submission, BatchSettings sent) {
    ScheduleRun run = submission.schedule();
    if (run != null) {
      return sent.sentAt(run.due());
    }
    // Whoever tests a campaign does not wait behind another.
    return submission.toTesters() ? sent.urgent() : sent;
  }

  private PreparedBatch written(
      RecipientReader reader,
      Account account,
      Template template,
      BatchSettings settings,
      BatchState state,
      BatchId id,
      IntakeTransaction transaction,
      int samples)
      throws SQLException {
    RecipientWriter writer =
        new RecipientWriter(
            id,
            template.fields(),
            settings.uniqueRecipients(),
            transaction,
            properties.rowBufferBytes());
    List<DryRun.Sample> shown = readAll(reader, template, settings, writer, samples);
    if (writer.total() > 0) {
      writer.flush();
      if (othersFollowersAreKnown(account)) {
        writer.refuseForeign(account.id());
      }
    }
    if (writer.total() == 0) {
      throw IntakeProblems.noRecipients(writer.rejected(), writer.firstRejections());
    }
    return new PreparedBatch(
        template,
        settings,
        state,
        new BatchRows.Counted(writer.total(), writer.rejected(), null, null),
        writer.total(),
        writer.firstRejections(),
        shown);
  }

  private List<DryRun.Sample> readAll(
      RecipientReader reader,
      Template template,
      BatchSettings settings,
      RecipientWriter writer,
      int samples)
      throws SQLException {
    List<DryRun.Sample> shown = new ArrayList<>(samples);
    RecipientDraft draft = new RecipientDraft(template.fields());
    RecipientCheck check = new RecipientCheck(template.fields(), settings.shorten());
    while (reader.read(draft)) {
      if (writer.total() + writer.rejected() == properties.maxRecipients()) {
        throw IntakeProblems.tooManyRecipients(draft.line(), properties.maxRecipients());
      }
      Rejection refused = check.refuse(draft);
      String openid = draft.openid;
      if (refused != null) {
        writer.reject(refused);
      } else if (openid != null && writer.accept(draft, openid) && shown.size() < samples) {
        shown.add(Rendering.sample(template, settings, draft));
      }
    }
    return shown;
  }

  private PreparedBatch toFollowers(
      Addressees.Followers followers,
      Account account,
      Template template,
      BatchSettings settings,
      BatchState state,
      int samples) {
    ProblemException.requireValid(
        !settings.inboxFallback(),
        "'fallback' needs recipients that each have a 'uid'; of an audience's followers only the openids are known");
    RecipientDraft draft = new RecipientDraft(template.fields());
    draft.start(1);
    draft.openid = SOMEBODY;
    followers.content().fill(draft);
    Rejection refused = new RecipientCheck(template.fields(), settings.shorten()).refuse(draft);
    if (refused != null) {
      throw IntakeProblems.content(refused);
    }
    Audience audience = followers.audience();
    audiences.requireSomebody(account, audience);
    List<DryRun.Sample> shown = new ArrayList<>();
    for (String openid : audiences.some(account, audience, samples)) {
      draft.openid = openid;
      shown.add(Rendering.sample(template, settings, draft));
    }
    return new PreparedBatch(
        template,
        settings,
        state,
        new BatchRows.Counted(null, 0, audience.toJson(), data(template, draft)),
        samples == 0 ? 0 : audiences.count(account, audience),
        List.of(),
        shown);
  }

  /** The content as in {@code recipient.data}. */
  private static String data(Template template, RecipientDraft draft) {
    ObjectNode data = JsonMapper.shared().createObjectNode();
    for (int place = 0; place < template.fields().size(); place++) {
      ObjectNode field = data.putObject(template.fields().get(place).name());
      field.put("value", draft.value(place));
      String color = draft.color(place);
      if (color != null) {
        field.put("color", color);
      }
    }
    return data.toString();
  }

  /** As long as no other account's followers are known, nobody can be somebody else's. */
  private boolean othersFollowersAreKnown(Account account) {
    return accounts.accounts().stream()
        .anyMatch(other -> !other.id().equals(account.id()) && other.followersSyncedAt() != null);
  }

  private static List<String> openids(Account account, List<String> testers) {
    return testers.stream()
        .map(
            name ->
                Optional.ofNullable(account.testers().get(name))
                    .orElseThrow(() -> IntakeProblems.unknownTester(account, name)))
        .toList();
  }

  private Account findAccount(ApiKey apiKey, BatchSettings settings) {
    String accountId = settings.account();
    Account account =
        Optional.ofNullable(accountId)
            .filter(apiKey::mayUse)
            .flatMap(accounts::findAccount)
            .orElseThrow(() -> IntakeProblems.unknownAccount(accountId));
    if (!account.enabled()) {
      throw IntakeProblems.accountDisabled(account.id());
    }
    return account;
  }

  private Template findTemplate(Account account, BatchSettings settings) {
    String templateId = settings.template();
    Template template =
        Optional.ofNullable(templateId)
            .flatMap(id -> accounts.findTemplate(account.id(), id))
            .orElseThrow(() -> IntakeProblems.unknownTemplate(account.id(), templateId));
    IntakeProblems.requireUsable(template);
    return template;
  }
}
