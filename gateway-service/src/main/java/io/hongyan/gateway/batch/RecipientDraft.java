package io.hongyan.gateway.batch;

import io.hongyan.gateway.template.TemplateField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recipient as it was read, not yet checked. A reader fills the same draft for every recipient
 * of a batch, so that a million of them leave little garbage.
 */
final class RecipientDraft implements FieldSink {

  private final Map<String, Integer> places = new HashMap<>();
  private final @Nullable String[] values;
  private final @Nullable String[] colors;
  private int line;
  private @Nullable String unknownField;

  @Nullable String openid;
  @Nullable String ref;
  @Nullable String url;
  @Nullable String uid;

  /** A draft with room for these fields, in their order. */
  RecipientDraft(List<TemplateField> fields) {
    for (TemplateField field : fields) {
      places.put(field.name(), places.size());
    }
    this.values = new @Nullable String[fields.size()];
    this.colors = new @Nullable String[fields.size()];
  }

  /** Forgets the last recipient. */
  void start(int atLine) {
    line = atLine;
    openid = null;
    ref = null;
    url = null;
    uid = null;
    unknownField = null;
    Arrays.fill(values, null);
    Arrays.fill(colors, null);
  }

  /** Place of a field among the template's, from 0; -1 if the template lacks it. */
  @Override
  public int placeOf(String field) {
    return places.getOrDefault(field, -1);
  }

  @Override
  public void setValue(int place, @Nullable String value) {
    values[place] = value;
  }

  @Override
  public void setColor(int place, @Nullable String color) {
    colors[place] = color;
  }

  /** Remembers a field that the template lacks. */
  @Override
  public void foundUnknown(String field) {
    if (unknownField == null) {
      unknownField = field;
    }
  }

  int line() {
    return line;
  }

  @Nullable String value(int place) {
    return values[place];
  }

  @Nullable String color(int place) {
    return colors[place];
  }

  @Nullable String unknownField() {
    return unknownField;
  }
}
