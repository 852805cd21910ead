package io.hongyan.simulator.template;

/** What came of changing an account's templates or industries. */
public sealed interface TemplateChange {

  /**
   * It was changed.
   *
   * @param templateId of the template that was added or deleted; empty when industries were set
   */
  record Done(String templateId) implements TemplateChange {}

  /** Nothing was changed. */
  record Refused(Reason reason) implements TemplateChange {}

  /** Why WeChat changes nothing. */
  enum Reason {
    INDUSTRY_ALREADY_CHANGED,
    OLD_LIBRARY,
    UNKNOWN_TEMPLATE,
    KEYWORD_INVALID,
    TOO_MANY_TEMPLATES
  }
}
