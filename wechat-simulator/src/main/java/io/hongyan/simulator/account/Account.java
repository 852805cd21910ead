package io.hongyan.simulator.account;

import io.hongyan.simulator.template.Template;
import java.util.Map;

/**
 * A service account as set up over {@code PUT /_sim/accounts/{appid}}.
 *
 * @param templates by {@code template_id}, in the order given
 */
public record Account(
    String appid, String secret, Map<String, Template> templates, Followers followers) {}
