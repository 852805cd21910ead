package io.hongyan.simulator.template;

import io.hongyan.simulator.quota.WeChatCalendar;
import io.hongyan.simulator.template.TemplateChange.Reason;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The templates an account may send, and its industries. Thread-safe; {@link #find} takes no lock,
 * sends wait for it.
 */
public final class PrivateTemplates {

  /** Templates an account may have at a time. */
  public static final int MOST = 25;

  /** Ids of the library from before the categories, which nothing can be added from any more. */
  private static final Pattern OLD_SHORT_ID = Pattern.compile("(OPENTM|TM)\\w+");

  private final SecureRandom random = new SecureRandom();

  /** Never changed, only replaced. */
  private volatile Map<String, Template> byId;

  private @Nullable Industries industries;
  private @Nullable YearMonth industriesChangedIn;

  /**
   * @param templates with different ids, in their order
   * @param industries null: none were chosen yet
   */
  public PrivateTemplates(Collection<Template> templates, @Nullable Industries industries) {
    Map<String, Template> given = new LinkedHashMap<>();
    templates.forEach(template -> given.put(template.templateId(), template));
    this.byId = Collections.unmodifiableMap(given);
    this.industries = industries;
  }

  /** Null when the account has no such template. */
  public @Nullable Template find(String templateId) {
    return byId.get(templateId);
  }

  /** In the order in which they were added. */
  public List<Template> list() {
    return List.copyOf(byId.values());
  }

  /** Null when none were chosen yet. */
  public synchronized @Nullable Industries industries() {
    return industries;
  }

  /**
   * Changes the industries, which WeChat allows once a month, and deletes the templates of the old
   * ones. Templates without an industry stay.
   */
  public synchronized TemplateChange changeIndustries(Industries chosen, Instant now) {
    YearMonth month = WeChatCalendar.monthOf(now);
    if (month.equals(industriesChangedIn)) {
      return new TemplateChange.Refused(Reason.INDUSTRY_ALREADY_CHANGED);
    }
    industries = chosen;
    industriesChangedIn = month;
    Map<String, Template> left = new LinkedHashMap<>(byId);
    left.values().removeIf(template -> template.hasIndustry() && !chosen.cover(template));
    byId = Collections.unmodifiableMap(left);
    return new TemplateChange.Done("");
  }

  /**
   * Adds a template from the library; adding one twice gives two templates.
   *
   * @param keywordNames null: no list of texts was given
   */
  public synchronized TemplateChange add(String shortId, @Nullable List<String> keywordNames) {
    if (OLD_SHORT_ID.matcher(shortId).matches()) {
      return new TemplateChange.Refused(Reason.OLD_LIBRARY);
    }
    LibraryTemplate chosen = LibraryTemplate.find(shortId);
    if (chosen == null) {
      return new TemplateChange.Refused(Reason.UNKNOWN_TEMPLATE);
    }
    // That a keyword can't be there twice is a guess: its field would be.
    if (keywordNames == null
        || keywordNames.isEmpty()
        || !chosen.keywords().keySet().containsAll(keywordNames)
        || new HashSet<>(keywordNames).size() < keywordNames.size()) {
      return new TemplateChange.Refused(Reason.KEYWORD_INVALID);
    }
    if (byId.size() >= MOST) {
      return new TemplateChange.Refused(Reason.TOO_MANY_TEMPLATES);
    }
    Template added = chosen.withKeywords(newTemplateId(), keywordNames);
    Map<String, Template> more = new LinkedHashMap<>(byId);
    more.put(added.templateId(), added);
    byId = Collections.unmodifiableMap(more);
    return new TemplateChange.Done(added.templateId());
  }

  public synchronized TemplateChange delete(String templateId) {
    Map<String, Template> left = new LinkedHashMap<>(byId);
    if (left.remove(templateId) == null) {
      return new TemplateChange.Refused(Reason.UNKNOWN_TEMPLATE);
    }
    byId = Collections.unmodifiableMap(left);
    return new TemplateChange.Done(templateId);
  }

  /** 43 characters, as WeChat's ids have. */
  private String newTemplateId() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
