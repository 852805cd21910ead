package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.gateway.account.Account;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.audience.Audience;
import io.hongyan.gateway.audience.Audiences;
import io.hongyan.gateway.security.ApiKey;
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

  /** Answers 4xx if the batch as a whole cannot be done. */
  PreparedBatch prepare(
      Submission submission, MeasuredBody body, BatchId id, IntakeTransaction transaction)
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
          written(listed.reader(), account, template, settings, state, id, transaction);
      case Addressees.Testers testers ->
          written(
              new TesterReader(openids(account, testers.names()), testers.content()),
              account,
              template,
              settings,
              state,
              id,
              transaction);
      case Addressees.Followers followers ->
          toFollowers(followers, account, template, settings, state);
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
      IntakeTransaction transaction)
      throws SQLException {
    RecipientWriter writer =
        new RecipientWriter(
            id,
            template.fields(),
            settings.uniqueRecipients(),
            transaction,
            properties.rowBufferBytes());
    List<DryRun.Sample> samples = readAll(reader, template, settings, writer);
    if (writer.total() > 0) {
      writer.flush();
      if (othersFollowersAreKnown(account)) {
        writer.withdraw(ForeignOpenids.find(transaction.statements(), id, account.id()));
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
        samples);
  }

  private List<DryRun.Sample> readAll(
      RecipientReader reader, Template template, BatchSettings settings, RecipientWriter writer)
      throws SQLException {
    List<DryRun.Sample> samples = new ArrayList<>(DryRun.MOST_SAMPLES);
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
      } else if (openid != null
          && writer.accept(draft, openid)
          && samples.size() < DryRun.MOST_SAMPLES) {
        samples.add(Rendering.sample(template, settings, draft));
      }
    }
    return samples;
  }

  private PreparedBatch toFollowers(
      Addressees.Followers followers,
      Account account,
      Template template,
      BatchSettings settings,
      BatchState state) {
    RecipientDraft draft = new RecipientDraft(template.fields());
    draft.start(1);
    draft.openid = SOMEBODY;
    followers.content().fill(draft);
    Rejection refused = new RecipientCheck(template.fields(), settings.shorten()).refuse(draft);
    if (refused != null) {
      throw IntakeProblems.content(refused);
    }
    Audience audience = followers.audience();
    long reach = audiences.requireSomebody(account, audience);
    List<DryRun.Sample> samples = new ArrayList<>();
    for (String openid : audiences.some(account, audience, DryRun.MOST_SAMPLES)) {
      draft.openid = openid;
      samples.add(Rendering.sample(template, settings, draft));
    }
    return new PreparedBatch(
        template,
        settings,
        state,
        new BatchRows.Counted(null, 0, audience.toJson(), data(template, draft)),
        reach,
        List.of(),
        samples);
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
