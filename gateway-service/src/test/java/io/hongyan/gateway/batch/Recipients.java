package io.hongyan.gateway.batch;

import io.hongyan.gateway.template.FieldType;
import io.hongyan.gateway.template.TemplateField;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whole bodies with a reader under test, for a template with thing1 and amount2. */
final class Recipients {

  static final int LINE_LIMIT = 64 * 1024;
  static final List<TemplateField> FIELDS =
      List.of(
          new TemplateField("thing1", FieldType.THING),
          new TemplateField("amount2", FieldType.AMOUNT));

  private Recipients() {}

  /** What a draft held. */
  record Read(
      int line,
      @Nullable String openid,
      @Nullable String ref,
      @Nullable String url,
      @Nullable String thing1,
      @Nullable String amount2,
      @Nullable String unknownField) {}

  static List<Read> readAll(RecipientReader reader) {
    List<Read> all = new ArrayList<>();
    RecipientDraft draft = new RecipientDraft(FIELDS);
    while (reader.read(draft)) {
      all.add(
          new Read(
              draft.line(),
              draft.openid,
              draft.ref,
              draft.url,
              draft.value(0),
              draft.value(1),
              draft.unknownField()));
    }
    return all;
  }

  static MeasuredBody body(String text) {
    return body(text.getBytes(StandardCharsets.UTF_8));
  }

  static MeasuredBody body(byte[] bytes) {
    return new MeasuredBody(new ByteArrayInputStream(bytes), bytes.length, Long.MAX_VALUE, null);
  }

  /** A body that arrives one byte at a time, as over a slow line. */
  static MeasuredBody dripping(String text) {
    return dripping(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for bytes that may be no text. */
  static MeasuredBody dripping(byte[] bytes) {
    InputStream whole = new ByteArrayInputStream(bytes);
    InputStream dripping =
        new InputStream() {
          @Override
          public int read() throws IOException {
            return whole.read();
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return whole.read(target, offset, Math.min(1, length));
          }
        };
    return new MeasuredBody(dripping, -1, Long.MAX_VALUE, null);
  }
}
