package io.hongyan.sender.receipt;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.sender.receipt.ReceiptMapper.CandidateRow;
import io.hongyan.sender.receipt.ReceiptMapper.MsgidRow;
import io.hongyan.sender.receipt.ReceiptMapper.OpenRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What is done about receipts inside one transaction: {@link #store} when they come, {@link
 * #lookAgain} for those whose message was not found then. Locks go in one direction: receipts that
 * are looked at, without waiting; then counters of batches, in id order; then messages' receipts.
 */
@Component
class ReceiptTransaction {

  // Two receipts of one portion may be about the same message: the order must not depend on who
  // stored them first.
  private static final Comparator<DeliveryReceipt> ORDER =
      Comparator.comparing(DeliveryReceipt::finishedAt)
          .thenComparing(DeliveryReceipt::receivedAt)
          .thenComparingLong(DeliveryReceipt::id);
  // In the order of the table's key, so that two groups with the same copies wait in no circle.
  private static final Comparator<DeliveryReceipt> KEY =
      Comparator.comparing(DeliveryReceipt::receivedAt).thenComparingLong(DeliveryReceipt::id);

  private final ReceiptMapper mapper;
  private final ReceiptProperties properties;

  ReceiptTransaction(ReceiptMapper mapper, ReceiptProperties properties) {
    this.mapper = mapper;
    this.properties = properties;
  }

  /**
   * Stores receipts from the queue; copies of one that is stored change nothing. Returns how many
   * were decided in which way.
   */
  Map<Match, Integer> store(List<DeliveryReceipt> group) {
    List<DeliveryReceipt> fresh = withoutCopies(group);
    if (fresh.isEmpty()) {
      return Map.of();
    }
    Map<DeliveryReceipt, MsgidRow> named = findNamed(fresh);
    ReceiptLedger ledger = ReceiptLedger.open(mapper, messages(named));
    Map<DeliveryReceipt, Verdict> verdicts = new TreeMap<>(KEY);
    for (DeliveryReceipt receipt : fresh.stream().sorted(ORDER).toList()) {
      MsgidRow message = named.get(receipt);
      if (message == null) {
        verdicts.put(receipt, new Verdict.Later(firstDelay(receipt)));
      } else {
        verdicts.put(
            message.erased() ? withoutPerson(receipt) : receipt,
            decideNamed(receipt, message.message(), ledger));
      }
    }
    ledger.write();
    Set<Long> inserted =
        new HashSet<>(
            mapper.insert(
                ReceiptColumns.of(List.copyOf(verdicts.keySet())),
                VerdictColumns.of(List.copyOf(verdicts.values()))));
    verdicts.keySet().removeIf(receipt -> !inserted.contains(receipt.id()));
    return count(List.copyOf(verdicts.values()));
  }

  /**
   * Looks for the messages of a portion of the open receipts.
   *
   * @param since looks at those received at this time or later
   * @return how many were looked at, and decided in which way
   */
  Looked lookAgain(Instant since, int rows) {
    List<OpenReceipt> open =
        mapper.claimOpen(since, properties.settle().toMillis(), rows).stream()
            .map(OpenRow::open)
            .sorted(Comparator.comparing(OpenReceipt::receipt, ORDER))
            .toList();
    if (open.isEmpty()) {
      return new Looked(0, Map.of());
    }
    Map<DeliveryReceipt, MsgidRow> named =
        findNamed(open.stream().map(OpenReceipt::receipt).toList());
    Map<DeliveryReceipt, List<CandidateRow>> sent =
        findCandidates(
            open.stream()
                .filter(OpenReceipt::settled)
                .map(OpenReceipt::receipt)
                .filter(receipt -> !named.containsKey(receipt))
                .toList());
    Set<MessageId> messages = messages(named);
    sent.values().stream()
        .flatMap(List::stream)
        .filter(CandidateRow::accepted)
        .map(CandidateRow::message)
        .forEach(messages::add);
    ReceiptLedger ledger = ReceiptLedger.open(mapper, messages);
    PersonMatch persons = new PersonMatch(ledger);
    List<DeliveryReceipt> noted = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    for (OpenReceipt look : open) {
      DeliveryReceipt receipt = look.receipt();
      MsgidRow message = named.get(receipt);
      if (message == null) {
        noted.add(receipt);
        verdicts.add(decideUnnamed(look, sent.get(receipt), persons));
      } else {
        noted.add(message.erased() ? withoutPerson(receipt) : receipt);
        verdicts.add(decideNamed(receipt, message.message(), ledger));
      }
    }
    ledger.write();
    mapper.noteLook(ReceiptColumns.of(noted), VerdictColumns.of(verdicts));
    return new Looked(open.size(), count(verdicts));
  }

  /**
   * What a portion gave.
   *
   * @param receipts how many were looked at
   */
  record Looked(int receipts, Map<Match, Integer> decided) {}

  private List<DeliveryReceipt> withoutCopies(List<DeliveryReceipt> group) {
    Map<Long, DeliveryReceipt> byId = new TreeMap<>();
    group.forEach(receipt -> byId.putIfAbsent(receipt.id(), receipt));
    mapper.findStored(ReceiptColumns.of(List.copyOf(byId.values()))).forEach(byId::remove);
    return List.copyOf(byId.values());
  }

  private Map<DeliveryReceipt, MsgidRow> findNamed(List<DeliveryReceipt> receipts) {
    Map<Name, List<DeliveryReceipt>> byName =
        receipts.stream()
            .filter(receipt -> receipt.msgid() > 0)
            .collect(
                Collectors.groupingBy(receipt -> new Name(receipt.account(), receipt.msgid())));
    Map<DeliveryReceipt, MsgidRow> found = new HashMap<>();
    if (byName.isEmpty()) {
      return found;
    }
    List<Name> names = List.copyOf(byName.keySet());
    for (MsgidRow row :
        mapper.findByMsgid(
            names.stream().map(Name::account).toArray(String[]::new),
            names.stream().mapToLong(Name::msgid).toArray())) {
      byName.getOrDefault(new Name(row.accountId(), row.msgid()), List.of()).stream()
          .filter(row::isOf)
          .forEach(receipt -> found.put(receipt, row));
    }
    return found;
  }

  private Map<DeliveryReceipt, List<CandidateRow>> findCandidates(List<DeliveryReceipt> receipts) {
    if (receipts.isEmpty()) {
      return Map.of();
    }
    return mapper
        .findCandidates(ReceiptColumns.of(receipts), properties.window().toMillis())
        .stream()
        .collect(Collectors.groupingBy(row -> receipts.get(row.place() - 1)));
  }

  private static Set<MessageId> messages(Map<DeliveryReceipt, MsgidRow> named) {
    return named.values().stream().map(MsgidRow::message).collect(Collectors.toSet());
  }

  /** The gateway has overwritten the message's openid; it must not come back with the receipt. */
  private static DeliveryReceipt withoutPerson(DeliveryReceipt receipt) {
    return new DeliveryReceipt(
        receipt.id(),
        receipt.receivedAt(),
        receipt.account(),
        PushMessage.ERASED_OPENID,
        receipt.msgid(),
        receipt.status(),
        receipt.finishedAt());
  }

  private static Verdict decideNamed(
      DeliveryReceipt receipt, MessageId message, ReceiptLedger ledger) {
    boolean news = ledger.put(message, MessageReceipt.certain(receipt, Match.MSGID));
    return new Verdict.Decided(news ? Match.MSGID : Match.DUPLICATE, message);
  }

  private Verdict decideUnnamed(
      OpenReceipt look, @Nullable List<CandidateRow> candidates, PersonMatch persons) {
    boolean last = look.looked() + 1 >= properties.delays().size();
    Optional<Verdict.Decided> decided =
        look.settled()
            ? persons.decide(look.receipt(), candidates == null ? List.of() : candidates, last)
            : Optional.empty();
    if (decided.isPresent()) {
      return decided.get();
    }
    int next = Math.min(look.looked() + 1, properties.delays().size() - 1);
    return new Verdict.Later(properties.delays().get(next));
  }

  private Duration firstDelay(DeliveryReceipt receipt) {
    return receipt.msgid() > 0 ? properties.delays().getFirst() : properties.settle();
  }

  private static Map<Match, Integer> count(List<Verdict> verdicts) {
    Map<Match, Integer> counts = new EnumMap<>(Match.class);
    for (Verdict verdict : verdicts) {
      if (verdict instanceof Verdict.Decided decided) {
        counts.merge(decided.match(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private record Name(String account, long msgid) {}
}
