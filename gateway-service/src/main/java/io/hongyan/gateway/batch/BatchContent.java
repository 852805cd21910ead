package io.hongyan.gateway.batch;

import io.hongyan.gateway.web.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one content of a batch whose recipients have none of their own, as it was sent. */
final class BatchContent implements FieldSink {

  private static final int MOST_FIELDS = 100;

  private final List<Field> fields = new ArrayList<>();

  /** Every field has a place here: the template is not known yet. */
  @Override
  public int placeOf(String field) {
    if (fields.size() == MOST_FIELDS) {
      throw ProblemException.badRequest("'data' takes at most %d fields".formatted(MOST_FIELDS));
    }
    fields.add(new Field(field));
    return fields.size() - 1;
  }

  @Override
  public void foundUnknown(String field) {
    throw new IllegalStateException("every field has a place here");
  }

  @Override
  public void setValue(int place, @Nullable String value) {
    fields.get(place).value = value;
  }

  @Override
  public void setColor(int place, @Nullable String color) {
    fields.get(place).color = color;
  }

  /** Gives a recipient this content. */
  void fill(RecipientDraft draft) {
    for (Field field : fields) {
      int place = draft.placeOf(field.name);
      if (place < 0) {
        draft.foundUnknown(field.name);
      } else {
        draft.setValue(place, field.value);
        draft.setColor(place, field.color);
      }
    }
  }

  private static final class Field {
    private final String name;
    private @Nullable String value;
    private @Nullable String color;

    Field(String name) {
      this.name = name;
    }
  }
}
