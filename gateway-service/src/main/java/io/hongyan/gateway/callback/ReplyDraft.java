package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.hongyan.gateway.batch.JumpUrl;
import io.hongyan.gateway.batch.StorableText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reply as a rule or an internal system writes it, not checked yet: {@code {"type":"text",
 * "content":"…"}}, {@code {"type":"image","mediaId":"…"}} or {@code
 * {"type":"news","articles":[…]}}; in a rule also {@code {"type":"forward"}}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ReplyDraft(
    @Nullable String type,
    @Nullable String content,
    @Nullable String mediaId,
    @Nullable List<@Nullable ArticleDraft> articles) {

  private static final String FORWARD = "forward";
  // Above it WeChat answers nothing at all.
  private static final int MOST_BYTES = 2_048;
  private static final int MOST_ARTICLES = 8;
  private static final int MOST_CHARACTERS = 512;
  private static final Pattern MEDIA_ID = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  /** Whether the internal system is to be asked. */
  @JsonIgnore
  boolean isForward() throws InvalidReplyException {
    if (!FORWARD.equals(type)) {
      return false;
    }
    requireOnly("none");
    return true;
  }

  /** The reply, if WeChat takes it. */
  PassiveReply check() throws InvalidReplyException {
    return switch (type == null ? "" : type) {
      case "text" -> {
        requireOnly("content");
        yield new PassiveReply.Text(text());
      }
      case "image" -> {
        requireOnly("mediaId");
        require(
            mediaId != null && MEDIA_ID.matcher(mediaId).matches(),
            "mediaId is needed, as WeChat gave it when the picture was uploaded");
        yield new PassiveReply.Image(Objects.requireNonNull(mediaId));
      }
      case "news" -> {
        requireOnly("articles");
        yield new PassiveReply.News(checkedArticles());
      }
      default ->
          throw new InvalidReplyException("type must be text, image or news, or in a rule forward");
    };
  }

  private void requireOnly(String allowed) throws InvalidReplyException {
    Map<String, @Nullable Object> fields = new TreeMap<>();
    fields.put("content", content);
    fields.put("mediaId", mediaId);
    fields.put("articles", articles);
    for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
      require(
          field.getValue() == null || field.getKey().equals(allowed),
          "%s does not belong to a reply of type %s".formatted(field.getKey(), type));
    }
  }

  private String text() throws InvalidReplyException {
    String text = content == null ? "" : content;
    require(
        !text.isBlank() && text.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES,
        "content must have 1 to %,d bytes in UTF-8, not only blanks".formatted(MOST_BYTES));
    require(
        isWritable(text), "content must not contain control characters but line breaks and tabs");
    return text;
  }

  private List<PassiveReply.Article> checkedArticles() throws InvalidReplyException {
    List<@Nullable ArticleDraft> drafts = articles == null ? List.of() : articles;
    require(
        !drafts.isEmpty() && drafts.size() <= MOST_ARTICLES,
        "articles must have 1 to %d entries".formatted(MOST_ARTICLES));
    List<PassiveReply.Article> checked = new ArrayList<>();
    for (ArticleDraft draft : drafts) {
      String place = "articles[%d]".formatted(checked.size());
      if (draft == null) {
        throw new InvalidReplyException(place + " is null");
      }
      checked.add(draft.check(place));
    }
    return List.copyOf(checked);
  }

  private static void require(boolean allowed, String otherwise) throws InvalidReplyException {
    if (!allowed) {
      throw new InvalidReplyException(otherwise);
    }
  }

  /** Whether XML can carry it. */
  private static boolean isWritable(String text) {
    return StorableText.isStorable(text)
        && text.chars()
            .noneMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= 0xFFFE);
  }

  /** One entry of {@code articles}. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ArticleDraft(
      @Nullable String title,
      @Nullable String description,
      @Nullable String picUrl,
      @Nullable String url) {

    private PassiveReply.Article check(String place) throws InvalidReplyException {
      require(
          title != null && !title.isBlank() && isShown(title),
          "%s.title must have 1 to %d characters".formatted(place, MOST_CHARACTERS));
      require(
          description == null || isShown(description),
          "%s.description must have at most %d characters".formatted(place, MOST_CHARACTERS));
      require(
          picUrl == null || JumpUrl.isValid(picUrl), "%s.picUrl %s".formatted(place, JumpUrl.RULE));
      require(url != null && JumpUrl.isValid(url), "%s.url %s".formatted(place, JumpUrl.RULE));
      return new PassiveReply.Article(
          Objects.requireNonNull(title), description, picUrl, Objects.requireNonNull(url));
    }

    private static boolean isShown(String text) {
      return text.length() <= MOST_CHARACTERS && isWritable(text);
    }
  }
}
