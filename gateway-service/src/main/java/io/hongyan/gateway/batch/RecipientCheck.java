package io.hongyan.gateway.batch;

import io.hongyan.common.message.PushMessage;
import io.hongyan.gateway.template.FieldCheck;
import io.hongyan.gateway.template.FieldRule;
import io.hongyan.gateway.template.TemplateField;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether a recipient may be accepted, apart from repeats; one for each batch. */
final class RecipientCheck {

  // Stands in the tables where a person was erased, and is never sent to.
  private static final int OPENID_LIMIT = 64;
  private static final int REF_LIMIT = 256;
  private static final int COLOR_LIMIT = 32;

  private final List<TemplateField> fields;
  private final boolean shorten;

  RecipientCheck(List<TemplateField> fields, boolean shorten) {
    this.fields = fields;
    this.shorten = shorten;
  }

  /**
   * The first thing that is wrong; null if the recipient may be accepted. Values that were to be
   * shortened are shortened in the draft.
   */
  @Nullable Rejection refuse(RecipientDraft draft) {
    String openid = draft.openid;
    if (openid == null || !isOpenid(openid)) {
      return rejection(
          draft,
          "invalid-openid",
          "openid must have 1 to 64 of A-Z, a-z, 0-9, _ and -" + has(openid));
    }
    if (openid.equals(PushMessage.ERASED_OPENID)) {
      return rejection(
          draft, "invalid-openid", "openid 'erased' is reserved: it stands for erased people");
    }
    String ref = draft.ref;
    if (ref != null && (ref.length() > REF_LIMIT || !StorableText.isPlain(ref))) {
      return rejection(
          draft,
          "invalid-ref",
          "ref takes at most %d characters and no control characters".formatted(REF_LIMIT)
              + has(ref));
    }
    String url = draft.url;
    if (url != null && !JumpUrl.isValid(url)) {
      return rejection(draft, "invalid-url", "url " + JumpUrl.RULE + has(url));
    }
    String uid = draft.uid;
    if (uid != null && !Uid.isValid(uid)) {
      return rejection(draft, "invalid-uid", Uid.RULE + has(uid));
    }
    if (draft.unknownField() != null) {
      return rejection(
          draft,
          "unknown-field",
          "The template has no field '%s'".formatted(StorableText.shown(draft.unknownField())));
    }
    for (int place = 0; place < fields.size(); place++) {
      Rejection wrong = refuseValue(draft, place);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private @Nullable Rejection refuseValue(RecipientDraft draft, int place) {
    TemplateField field = fields.get(place);
    String value = draft.value(place);
    if (value == null) {
      return rejection(draft, "missing-field", field.name() + " has no value");
    }
    if (!StorableText.isStorable(value)) {
      return rejection(
          draft,
          "invalid-value",
          field.name() + " has a NUL or half a character in it" + has(value));
    }
    String color = draft.color(place);
    if (color != null && (color.length() > COLOR_LIMIT || !StorableText.isPlain(color))) {
      return rejection(
          draft,
          "invalid-color",
          "The color of %s takes at most %d characters".formatted(field.name(), COLOR_LIMIT)
              + has(color));
    }
    return switch (FieldRule.check(field, value, shorten)) {
      case FieldCheck.Fits fits -> null;
      case FieldCheck.Shortened shortened -> {
        draft.setValue(place, shortened.value());
        yield null;
      }
      case FieldCheck.Refused refused -> rejection(draft, refused.reason(), refused.detail());
    };
  }

  private static Rejection rejection(RecipientDraft draft, String reason, String detail) {
    return new Rejection(draft.line(), StorableText.shown(draft.openid), reason, detail);
  }

  private static String has(@Nullable String value) {
    return value == null
        ? "; it is missing"
        : "; it has %d".formatted(value.codePointCount(0, value.length()));
  }

  private static boolean isOpenid(String text) {
    if (text.isEmpty() || text.length() > OPENID_LIMIT) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
        return false;
      }
    }
    return true;
  }
}
