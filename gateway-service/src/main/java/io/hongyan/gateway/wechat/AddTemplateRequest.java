package io.hongyan.gateway.wechat;

import io.hongyan.gateway.web.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/accounts/{id}/templates/add}.
 *
 * @param templateIdShort as WeChat's template library shows it, e.g. {@code 47123}
 * @param keywordNames the library entry's keywords that the template is to have, in order; left out
 *     = none, as old templates have it
 */
record AddTemplateRequest(
    @Nullable String templateIdShort, @Nullable List<@Nullable String> keywordNames) {

  private static final Pattern SHORT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final Pattern KEYWORD = Pattern.compile("[^\\p{C}]{1,64}");
  private static final int MAX_KEYWORDS = 20;

  /** What to ask WeChat for; answers 422 for what cannot be. */
  NewTemplate check() {
    String id = templateIdShort == null ? "" : templateIdShort;
    ProblemException.requireValid(
        SHORT_ID.matcher(id).matches(),
        "templateIdShort is needed, as WeChat's template library shows it, e.g. 47123");
    List<String> names =
        keywordNames == null
            ? List.of()
            : keywordNames.stream().map(name -> name == null ? "" : name.strip()).toList();
    ProblemException.requireValid(
        names.size() <= MAX_KEYWORDS
            && names.stream().allMatch(name -> KEYWORD.matcher(name).matches()),
        "keywordNames takes at most %d names of 1 to 64 characters".formatted(MAX_KEYWORDS));
    return new NewTemplate(id, names);
  }

  /** What the sender is asked for. */
  record NewTemplate(String templateIdShort, List<String> keywordNames) {

    Map<String, Object> asked() {
      return Map.of("templateIdShort", templateIdShort, "keywordNames", keywordNames);
    }
  }
}
