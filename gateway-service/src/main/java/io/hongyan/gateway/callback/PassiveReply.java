package io.hongyan.gateway.callback;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a follower's message or event is answered with, in the answer to WeChat's own post. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = PassiveReply.Text.class, name = "text"),
  @JsonSubTypes.Type(value = PassiveReply.Image.class, name = "image"),
  @JsonSubTypes.Type(value = PassiveReply.News.class, name = "news")
})
sealed interface PassiveReply {

  /** A text, up to 2,048 bytes. */
  record Text(String content) implements PassiveReply {}

  /** A picture that was uploaded to WeChat before. */
  record Image(String mediaId) implements PassiveReply {}

  /** Links with title and picture; for most messages WeChat shows one only. */
  record News(List<Article> articles) implements PassiveReply {}

  /** One link of {@link News}. */
  record Article(String title, @Nullable String description, @Nullable String picUrl, String url) {}
}
