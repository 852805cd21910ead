package io.hongyan.gateway.batch;

import io.hongyan.gateway.account.Template;
import io.hongyan.gateway.template.TemplateField;

/** Shows what a recipient would see: the template's content with the values in it. */
final class Rendering {

  private Rendering() {}

  /** The message of a checked recipient. */
  static DryRun.Sample sample(Template template, BatchSettings settings, RecipientDraft draft) {
    String ownUrl = draft.url;
    return new DryRun.Sample(
        String.valueOf(draft.openid),
        draft.ref,
        ownUrl == null ? settings.url() : ownUrl,
        TemplateField.render(
            template.content(),
            name -> {
              int place = draft.placeOf(name);
              String value = place < 0 ? null : draft.value(place);
              return value == null ? "" : value;
            }));
  }
}
