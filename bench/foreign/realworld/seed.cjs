// Its own demo data: 10 users with 20 articles each, comments, favourites, tags. Prints what requests.txt needs.
process.env.REALWORLD_PG = 'true';
// It calls now() without its object, which Node of its day allowed.
const { performance } = require('node:perf_hooks');
performance.now = performance.now.bind(performance);
const config = require('./source/front/config');
config.production.dialectOptions = {};
const { generateDemoData } = require('./source/test_lib');

(async () => {
  const sequelize = await generateDemoData({
    directory: __dirname,
    nUsers: 10,
    nArticlesPerUser: 20,
    nMaxCommentsPerArticle: 12,
    nMaxTagsPerArticle: 5,
    nFollowsPerUser: 4,
    nFavoritesPerUser: 15,
    nTags: 20,
  });
  const user = await sequelize.models.User.findOne({ where: { username: 'user1' } });
  const [article] = await sequelize.models.Article.findAll({
    where: { authorId: user.id },
    order: [['id', 'DESC']],
    limit: 1,
  });
  const [busy] = await sequelize.query(
    `select a.slug from "Article" a join "Comment" c on c."articleId" = a.id group by a.slug order by count(*) desc, a.slug limit 1`,
    { type: 'SELECT' },
  );
  console.log(JSON.stringify({ TOKEN: user.generateJWT(), SLUG: article.slug, BUSY: busy.slug }));
  await sequelize.close();
})();
